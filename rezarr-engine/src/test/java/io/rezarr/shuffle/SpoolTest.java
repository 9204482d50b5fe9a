package io.rezarr.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    @TempDir
    private Path directory;

    private static ByteBuffer value(int number) {
        byte[] bytes = new byte[number % 300];
        java.util.Arrays.fill(bytes, (byte) number);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void valuesOfManyThreadsAreReadWhereTheyLie() throws InterruptedException, ExecutionException {
        ConcurrentHashMap<Integer, Long> places = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Scratch scratch = Scratch.create(directory, 0);
                Spool spool = Spool.in(scratch);
                Workspace workspace = new Workspace()) {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread;
                done.add(threads.submit(() -> {
                    try (Workspace own = new Workspace()) {
                        for (int number = first; number < 1000; number += 4) {
                            places.put(number, spool.append(value(number), own));
                        }
                    }
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
            places.forEach((number, at) -> {
                int mark = workspace.mark();
                assertThat(spool.read(at, number % 300, workspace)).isEqualTo(value(number));
                workspace.releaseTo(mark);
            });
        } finally {
            threads.shutdown();
        }
        assertThat(places).hasSize(1000);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void alteredValueIsAnError() throws IOException {
        try (Scratch scratch = Scratch.create(directory, 0);
                Spool spool = Spool.in(scratch);
                Workspace workspace = new Workspace()) {
            long at = spool.append(value(200), workspace);
            Path file;
            try (var files = Files.list(scratch.directory())) {
                file = files.filter(path -> path.toString().contains("frames-"))
                        .findFirst()
                        .orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(file);
            bytes[(int) at + 7] ^= 1;
            Files.write(file, bytes);
            assertThatThrownBy(() -> spool.read(at, 200, workspace))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("was altered after it was written");
        }
    }
}
