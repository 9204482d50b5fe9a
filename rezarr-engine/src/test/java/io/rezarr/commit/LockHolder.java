package io.rezarr.commit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** A process that takes a lock, says so, and waits to be killed. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        DestinationLock lock = DestinationLock.acquire(Path.of(arguments[0]));
        try (lock) {
            new FileOutputStream(FileDescriptor.out).write('L');
            Thread.sleep(60_000);
        }
    }
}
