package io.rezarr.shuffle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/** What scratch asks of the file system in the way of room; tests put a full disk here. */
interface ScratchDisk {
    ScratchDisk LOCAL = new ScratchDisk() {
        @Override
        public FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
            return FileChannel.open(file, options);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }
    };

    FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException;

    long usableBytes(Path directory) throws IOException;
}
