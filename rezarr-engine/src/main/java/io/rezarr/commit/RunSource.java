package io.rezarr.commit;

import java.time.Instant;

/** What a run reads, as far as another run that goes on must find it unchanged. */
public interface RunSource {
    /** Where it is, for people. */
    String location();

    /** Of its metadata; hexadecimal. */
    String sha256();

    /**
     * Looks, where the store can tell, at when its values were last changed: those of chunks, too.
     *
     * @param remedy what to do if one was
     * @throws io.rezarr.error.RefusedException if any was changed after that moment, naming it
     */
    void requireUntouchedSince(Instant moment, String remedy);
}
