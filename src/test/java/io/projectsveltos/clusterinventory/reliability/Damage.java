package io.projectsveltos.clusterinventory.reliability;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * What becomes of an answer on its way to the client.
 *
 * @param transport changes how its bytes are sent
 * @param content changes the bytes of its body, or of the frames of a watch
 */
record Damage(UnaryOperator<OutputStream> transport, UnaryOperator<byte[]> content) {

    static final Damage NONE = new Damage(out -> out, bytes -> bytes);

    /** A character that is not allowed anywhere in JSON, so that no client can take damaged content for valid. */
    private static final byte CONTROL_CHARACTER = 1;

    /** A pause that ends early when the proxy is closed. */
    interface Pause {
        void await(int millis) throws IOException;
    }

    /** Ends the connection after this many bytes of the answer. */
    static Damage cut(int bytes) {
        return new Damage(out -> new CutStream(out, bytes), content -> content);
    }

    /** Sends so many bytes ten times per second. */
    static Damage slow(int bytes, Pause pause) {
        return new Damage(out -> new SlowStream(out, bytes, pause), content -> content);
    }

    /** Damages each part of a body in one of several ways, after which it is not JSON any more. */
    static Damage garble(Random random) {
        List<UnaryOperator<byte[]>> ways = List.of(
                part -> withControlCharacter(part, random.nextInt(part.length)),
                part -> Arrays.copyOf(part, part.length / 2),
                part -> "<html>Bad gateway</html>\n".getBytes(StandardCharsets.US_ASCII));
        return new Damage(
                out -> out, part -> ways.get(random.nextInt(ways.size())).apply(part));
    }

    private static byte[] withControlCharacter(byte[] part, int index) {
        byte[] damaged = part.clone();
        damaged[index] = CONTROL_CHARACTER;
        return damaged;
    }

    private static final class CutStream extends FilterOutputStream {

        private int left;

        CutStream(OutputStream out, int bytes) {
            super(out);
            this.left = bytes;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int count = Math.min(length, left);
            out.write(bytes, offset, count);
            out.flush();
            left -= count;
            if (count < length) {
                throw new IOException("cut");
            }
        }
    }

    private static final class SlowStream extends FilterOutputStream {

        private static final int PAUSE_MILLIS = 100;

        private final int step;
        private final Pause pause;

        SlowStream(OutputStream out, int step, Pause pause) {
            super(out);
            this.step = step;
            this.pause = pause;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int sent = 0; sent < length; sent += step) {
                pause.await(PAUSE_MILLIS);
                out.write(bytes, offset + sent, Math.min(step, length - sent));
                out.flush();
            }
        }
    }
}
