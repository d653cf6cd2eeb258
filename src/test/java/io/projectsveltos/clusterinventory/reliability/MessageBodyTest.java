package io.projectsveltos.clusterinventory.reliability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageBodyTest {

    private static final int TEXT = 0x81;
    private static final int PONG = 0x8A;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 0xFFFF, 0x10000})
    void copiesFrames(int length) {
        byte[] frame = frame(TEXT, length);

        copyFrames(frame, part -> part);

        assertArrayEquals(frame, out.toByteArray());
    }

    @Test
    void framesChangedEvents() {
        copyFrames(frame(TEXT, 300), part -> Arrays.copyOf(part, 150));

        assertArrayEquals(frame(TEXT, 150), out.toByteArray());
    }

    @Test
    void changesNoFrameThatIsNotAnEvent() {
        byte[] pong = frame(PONG, 5);

        copyFrames(pong, part -> new byte[0]);

        assertArrayEquals(pong, out.toByteArray());
    }

    @Test
    void framesChangedChunks() throws IOException {
        byte[] chunks = "5\r\nfirst\r\n6;x=y\r\nsecond\r\n0\r\n\r\nnext answer".getBytes(StandardCharsets.US_ASCII);
        MessageHead head = new MessageHead("HTTP/1.1 200 OK", Map.of("transfer-encoding", "chunked"), new byte[0]);

        new MessageBody(new ByteArrayInputStream(chunks), out, part -> Arrays.copyOf(part, 2)).copy(head);

        assertEquals("2\r\nfi\r\n2\r\nse\r\n0\r\n\r\n", out.toString(StandardCharsets.US_ASCII));
    }

    /** A watch ends with its connection. */
    private void copyFrames(byte[] frames, UnaryOperator<byte[]> content) {
        MessageBody body = new MessageBody(new ByteArrayInputStream(frames), out, content);
        assertThrows(EOFException.class, body::copyFrames);
    }

    private static byte[] frame(int first, int length) {
        ByteBuffer frame = ByteBuffer.allocate(length + 10).put((byte) first);
        if (length < 126) {
            frame.put((byte) length);
        } else if (length < 0x10000) {
            frame.put((byte) 126).putShort((short) length);
        } else {
            frame.put((byte) 127).putLong(length);
        }
        return Arrays.copyOf(frame.array(), frame.position() + length);
    }
}
