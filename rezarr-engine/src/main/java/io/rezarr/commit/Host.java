package io.rezarr.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this host. */
final class Host {
    static final String NAME = name();

    private Host() {}

    private static String name() {
        // The kernel knows at once; the resolver may ask a name server that does not answer.
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        if (Files.isReadable(kernel)) {
            try {
                return Files.readString(kernel).trim();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read '" + kernel + "', the name of this host", e);
            }
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A host without a name that resolves: its locks can still be told from those of hosts that have one.
            return "localhost";
        }
    }
}
