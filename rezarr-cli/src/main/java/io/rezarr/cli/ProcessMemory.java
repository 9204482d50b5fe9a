package io.rezarr.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process took of the machine's memory. */
final class ProcessMemory {
    static final long UNKNOWN = -1;

    private ProcessMemory() {}

    /** The most that was resident at any one time, heap, natives and all; {@link #UNKNOWN} where the system does not tell. */
    static long peakBytes() {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return UNKNOWN;
        }
        try {
            for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
            return UNKNOWN;
        } catch (IOException | NumberFormatException e) {
            // A figure for information only: that it is missing is shown by leaving it out.
            return UNKNOWN;
        }
    }
}
