package io.penstock.serving;

import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.CountedInput;
import io.penstock.surrogate.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.flink.core.fs.FileSystem;

/** The weights of a published version, wherever they lie, held against what was published. */
final class PublishedWeights {
    private PublishedWeights() {}

    /** Takes the bytes of the weights in. */
    @FunctionalInterface
    interface Reader {
        /** Reads from the stream, not necessarily to its end, and leaves it open. */
        void read(InputStream in) throws IOException;
    }

    /**
     * Gives the weights to a reader, and then says whether they were the right ones; until then
     * nothing may be done with them that cannot be undone.
     *
     * @param rest run after every read
     * @throws IOException when they cannot be read, or have another size or SHA-256 than those that
     *     were published
     */
    static void read(ModelUpdate update, Runnable rest, Reader reader) throws IOException {
        MessageDigest sha256 = Safetensors.sha256();
        long bytes;
        try (CountedInput counted = new CountedInput(open(update));
                InputStream in = new RestingInput(new DigestInputStream(counted, sha256), rest)) {
            reader.read(in);
            in.transferTo(OutputStream.nullOutputStream());
            bytes = counted.bytes();
        }
        String weights = "the weights of version " + update.getVersion();
        if (bytes != update.getWeightsBytes()) {
            throw new IOException(
                    "%s have %d bytes, not the %d that were published"
                            .formatted(weights, bytes, update.getWeightsBytes()));
        }
        String found = HexFormat.of().formatHex(sha256.digest());
        if (!found.equals(update.getWeightsSha256())) {
            throw new IOException(
                    "%s have SHA-256 %s, not the %s that was published"
                            .formatted(weights, found, update.getWeightsSha256()));
        }
    }

    private static final class RestingInput extends FilterInputStream {
        private final Runnable rest;

        RestingInput(InputStream in, Runnable rest) {
            super(in);
            this.rest = rest;
        }

        @Override
        public int read(byte[] b, int offset, int length) throws IOException {
            int n = in.read(b, offset, length);
            rest.run();
            return n;
        }
    }

    private static InputStream open(ModelUpdate update) throws IOException {
        ByteBuffer inline = update.getWeights();
        if (inline != null) {
            return new ByteArrayInputStream(
                    inline.array(), inline.arrayOffset() + inline.position(), inline.remaining());
        }
        String place = update.getWeightsUri();
        if (place == null) {
            throw new IOException(
                    "version "
                            + update.getVersion()
                            + " has no weights: neither weights nor weightsUri is set");
        }
        try {
            URI uri = URI.create(place);
            return FileSystem.get(uri).open(new org.apache.flink.core.fs.Path(uri));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "the weights of version "
                            + update.getVersion()
                            + " cannot be read from "
                            + place
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
