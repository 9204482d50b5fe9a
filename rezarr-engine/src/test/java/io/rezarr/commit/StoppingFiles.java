package io.rezarr.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The real file system, but that nothing is forced to the disk (which would take most of the time), for a process that is
 * killed before its n-th operation, or half way through a write.
 */
final class StoppingFiles implements FileOperations {
    /** Not an Exception: no clean-up code may mistake it for a failure that it can handle. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final FileOperations REAL = LocalFileOperations.INSTANCE;

    /** Where a process is killed. */
    enum When {
        BEFORE,
        /** A file is created and has half its content; other operations are one step. */
        HALF_WAY
    }

    private final int last;
    private final When when;
    private final List<String> log = new ArrayList<>();

    private StoppingFiles(int last, When when) {
        this.last = last;
        this.when = when;
    }

    static StoppingFiles never() {
        return new StoppingFiles(Integer.MAX_VALUE, When.BEFORE);
    }

    /** @param operation counted from 1 */
    static StoppingFiles at(int operation, When when) {
        return new StoppingFiles(operation, when);
    }

    List<String> log() {
        return log;
    }

    boolean isDead() {
        return log.size() >= last;
    }

    private void step(String operation, Path path) {
        if (!isDead()) {
            log.add(operation + " " + path.getFileName());
            if (!isDead()) {
                return;
            }
        }
        throw new Killed();
    }

    @Override
    public void createDirectory(Path directory) {
        step("mkdir", directory);
        REAL.createDirectory(directory);
    }

    @Override
    public void create(Path file, byte[] content, Path like) {
        if (when == When.HALF_WAY && log.size() + 1 == last) {
            write(file, Arrays.copyOf(content, content.length / 2));
        }
        step("create", file);
        write(file, content);
    }

    @Override
    public void rename(Path from, Path to) {
        step("rename", from);
        REAL.rename(from, to);
    }

    @Override
    public void delete(Path path) {
        step("delete", path);
        REAL.delete(path);
    }

    @Override
    public void force(Path path) {
        step("force", path);
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
