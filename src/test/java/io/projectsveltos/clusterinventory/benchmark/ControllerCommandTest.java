package io.projectsveltos.clusterinventory.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllerCommandTest {

    private static final Path KUBECONFIG = Path.of("/a folder/kubeconfig");

    @Test
    void fillsInTheKubeconfigAsOneWord() {
        ControllerCommand.Resolved resolved = ControllerCommand.parse("go=./manager --kubeconfig={kubeconfig}")
                .resolve(KUBECONFIG);

        assertEquals(List.of("./manager", "--kubeconfig=/a folder/kubeconfig"), resolved.words());
        assertEquals(0, resolved.healthPort());
    }

    @Test
    void fillsInFreePorts() {
        ControllerCommand.Resolved resolved = ControllerCommand.parse("go=./manager {kubeconfig} :{health} :{metrics}")
                .resolve(KUBECONFIG);

        assertNotEquals(0, resolved.healthPort());
        assertEquals(":" + resolved.healthPort(), resolved.words().get(2));
        assertEquals(4, resolved.words().size());
        assertNotEquals(":0", resolved.words().get(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java --kubeconfig {kubeconfig}",
                "=java {kubeconfig}",
                "a/b=java {kubeconfig}",
                "ours=java -jar a.jar",
                "ours=java 'a {kubeconfig}"
            })
    void rejectsWhatItCannotStart(String text) {
        assertThrows(IllegalArgumentException.class, () -> ControllerCommand.parse(text));
    }
}
