package io.rezarr.store.s3;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Sends one value: in one request, or, if it is larger than a part, in parts that become visible together.
 *
 * @param partBytes of each part but the last; more if a value would have more than {@link #MAX_PARTS} else
 */
record S3Upload(S3Client client, String bucket, String key, int partBytes) {
    private static final int MAX_PARTS = 10_000;

    /** Gives a part of the value, as often as it is asked. */
    interface Source {
        RequestBody part(long offset, long bytes);
    }

    /** @throws SdkException if it fails; nothing is left of it then, as far as the server can be reached */
    void send(long bytes, Source source) {
        if (bytes <= partBytes) {
            client.putObject(put -> put.bucket(bucket).key(key), source.part(0, bytes));
            return;
        }
        String upload = client.createMultipartUpload(
                        create -> create.bucket(bucket).key(key))
                .uploadId();
        try {
            List<CompletedPart> parts = sendParts(upload, bytes, source);
            client.completeMultipartUpload(complete ->
                    complete.bucket(bucket).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
        } catch (RuntimeException | Error e) {
            abort(upload, e);
            throw e;
        }
    }

    private List<CompletedPart> sendParts(String upload, long bytes, Source source) {
        long each = Math.max(partBytes, (bytes + MAX_PARTS - 1) / MAX_PARTS);
        List<CompletedPart> parts = new ArrayList<>();
        for (long offset = 0; offset < bytes; offset += each) {
            int number = parts.size() + 1;
            long length = Math.min(each, bytes - offset);
            String tag = client.uploadPart(
                            part -> part.bucket(bucket)
                                    .key(key)
                                    .uploadId(upload)
                                    .partNumber(number)
                                    .contentLength(length),
                            source.part(offset, length))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        return parts;
    }

    private void abort(String upload, Throwable reason) {
        try {
            client.abortMultipartUpload(abort -> abort.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException e) {
            reason.addSuppressed(e);
        }
    }
}
