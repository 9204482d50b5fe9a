package io.rezarr.shuffle;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The process that a scratch directory belongs to.
 *
 * @param format the version of the directory's layout
 * @param started when that process began; another process may have got its number since
 */
record ScratchOwner(int format, String host, long pid, Instant started) {
    static final int FORMAT = 1;

    /** How far two processes may differ in when they say that a third one began: the kernel's clock is set now and then. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    private static final ScratchOwner SELF =
            new ScratchOwner(FORMAT, hostName(), ProcessHandle.current().pid(), startOf(ProcessHandle.current()));

    static ScratchOwner self() {
        return SELF;
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static String hostName() {
        // The kernel knows at once; the resolver may ask a name server that does not answer.
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        try {
            return Files.isReadable(kernel)
                    ? Files.readString(kernel).trim()
                    : InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read '" + kernel + "', the name of this host", e);
        }
    }

    /** One {@code name=value} a line. */
    String text() {
        return "format=" + format + "\nhost=" + host + "\npid=" + pid + "\nstarted=" + started + "\n";
    }

    /** What {@link #text} says; {@code null} if it is something else, or of another format. */
    static @Nullable ScratchOwner parse(String text) {
        try {
            Properties lines = new Properties();
            lines.load(new StringReader(text));
            int format = Integer.parseInt(lines.getProperty("format", ""));
            long pid = Long.parseLong(lines.getProperty("pid", ""));
            Instant started = Instant.parse(lines.getProperty("started", ""));
            return format == FORMAT ? new ScratchOwner(format, lines.getProperty("host", ""), pid, started) : null;
        } catch (NumberFormatException | DateTimeParseException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the process has certainly ended. Of one on another host, that cannot be known. */
    boolean isDead() {
        if (!host.equals(SELF.host)) {
            return false;
        }
        return ProcessHandle.of(pid).filter(this::isSame).isEmpty();
    }

    private boolean isSame(ProcessHandle process) {
        return Duration.between(started, startOf(process)).abs().compareTo(TOLERANCE) <= 0;
    }
}
