package io.projectsveltos.clusterinventory.reliability;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Copies what follows a head, part by part as it arrives, so that a watch is never held back. The framing is valid whatever
 * becomes of the parts: of a chunk, of a WebSocket frame, or of a body with a length, which has to keep it.
 *
 * @param in where it is read from
 * @param out where each part is written to and flushed
 * @param content changes the bytes of a part
 */
record MessageBody(InputStream in, OutputStream out, UnaryOperator<byte[]> content) {

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final int SMALL_FRAME = 125;
    private static final int LENGTH_OF_16_BITS = 126;
    private static final int LENGTH_OF_64_BITS = 127;
    private static final int TEXT = 1;

    /** Copies the body that a head announces, which may be none. */
    void copy(MessageHead head) throws IOException {
        if ("chunked".equalsIgnoreCase(head.headers().get("transfer-encoding"))) {
            copyChunks();
        } else {
            copyBytes(Long.parseLong(head.headers().getOrDefault("content-length", "0")));
        }
    }

    private void copyBytes(long length) throws IOException {
        byte[] buffer = new byte[8192];
        for (long left = length; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException();
            }
            out.write(Arrays.copyOf(content.apply(Arrays.copyOf(buffer, count)), count));
            out.flush();
            left -= count;
        }
    }

    private void copyChunks() throws IOException {
        int size;
        do {
            size = Integer.parseInt(
                    MessageHead.line(in, new ByteArrayOutputStream()).split(";")[0], 16);
            byte[] chunk = exactly(size);
            MessageHead.line(in, new ByteArrayOutputStream());
            byte[] changed = size == 0 ? chunk : content.apply(chunk);
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            copy.writeBytes((Integer.toHexString(changed.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            copy.writeBytes(changed);
            copy.writeBytes(LINE_END);
            out.write(copy.toByteArray());
            out.flush();
        } while (size > 0);
    }

    /** Copies the frames of a WebSocket from the server, which are not masked, until the connection ends. */
    void copyFrames() throws IOException {
        while (true) {
            int first = exactly(1)[0];
            byte[] payload = exactly(payloadLength());
            byte[] changed = (first & 0xF) == TEXT ? content.apply(payload) : payload;
            ByteBuffer frame = ByteBuffer.allocate(changed.length + 10).put((byte) first);
            if (changed.length <= SMALL_FRAME) {
                frame.put((byte) changed.length);
            } else if (changed.length <= 0xFFFF) {
                frame.put((byte) LENGTH_OF_16_BITS).putShort((short) changed.length);
            } else {
                frame.put((byte) LENGTH_OF_64_BITS).putLong(changed.length);
            }
            frame.put(changed);
            out.write(frame.array(), 0, frame.position());
            out.flush();
        }
    }

    private int payloadLength() throws IOException {
        int length = exactly(1)[0] & 0x7F;
        if (length == LENGTH_OF_16_BITS) {
            return ByteBuffer.wrap(exactly(2)).getShort() & 0xFFFF;
        }
        return length == LENGTH_OF_64_BITS
                ? Math.toIntExact(ByteBuffer.wrap(exactly(8)).getLong())
                : length;
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }
}
