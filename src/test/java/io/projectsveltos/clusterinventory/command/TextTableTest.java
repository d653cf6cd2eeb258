package io.projectsveltos.clusterinventory.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TextTableTest {

    private final TextTable table = new TextTable();

    @Test
    void wrapsTextAtItsColumn() {
        table.row("Why", "word ".repeat(60).strip());

        assertTrue(table.text().lines().allMatch(line -> line.length() <= 113), table.text());
        assertTrue(
                table.text().lines().skip(1).allMatch(line -> line.startsWith(" ".repeat(17) + "word")), table.text());
    }

    @Test
    void leavesOutARowWithoutText() {
        table.row("What to do", null);

        assertEquals("", table.text());
    }

    @Test
    void doesNotLetTextControlTheTerminal() {
        table.row("Event", "a\u001b[2Jb\u202ec\nd\u009b2J");

        assertEquals("Event            a?[2Jb?c?d?2J\n", table.text());
    }
}
