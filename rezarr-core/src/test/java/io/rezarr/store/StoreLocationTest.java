package io.rezarr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class StoreLocationTest {
    @TempDir
    Path directory;

    private static StoreLocation parse(String text) {
        return StoreLocation.parse("the source", text);
    }

    @Test
    void pathsAndFileUrlsAreDirectories() {
        assertThat(parse("a/b.zarr").directory()).isEqualTo(Path.of("a/b.zarr"));
        assertThat(parse("./a:b.zarr").directory()).isEqualTo(Path.of("./a:b.zarr"));
        assertThat(parse("file:a/b.zarr").directory()).isEqualTo(Path.of("a/b.zarr"));
        assertThat(parse("file:/a/b.zarr").directory()).isEqualTo(Path.of("/a/b.zarr"));
        assertThat(parse("FILE:///a/b%20c.zarr").directory()).isEqualTo(Path.of("/a/b c.zarr"));
        assertThat(parse("file://localhost/a").directory()).isEqualTo(Path.of("/a"));
        assertThat(parse("a%20b").directory()).isEqualTo(Path.of("a%20b"));
        assertThat(parse("a/b.zarr")).hasToString("a/b.zarr");
    }

    @Test
    void zipFilesAreToldByTheirName() throws IOException {
        Path isDirectory = Files.createDirectory(directory.resolve("b.zip"));

        assertThat(parse(directory + "/a.zip").directory()).isNull();
        assertThat(parse("zip:a.bin").directory()).isNull();
        assertThat(parse("zip:a.bin")).hasToString("a.bin");
        assertThat(parse(isDirectory.toString()).directory()).isEqualTo(isDirectory);
        assertThat(StoreLocation.of(Path.of("c.zip")).directory()).isEqualTo(Path.of("c.zip"));
    }

    @Test
    void memoryIsSharedByName() {
        try (Store one = parse("memory:shared").open()) {
            one.set(new StoreKey("k"), java.nio.ByteBuffer.allocate(3), Store.WriteMode.ATOMIC);
        }
        assertThat(parse("memory:shared").open().size(new StoreKey("k"))).isEqualTo(3);
        assertThat(parse("memory:other").open().size(new StoreKey("k"))).isEqualTo(-1);
    }

    @Test
    void namesOfUrlsHoldNoSecrets() {
        assertThat(parse("https://me:pw@host:8080/a%20b?token=x#y")).hasToString("https://host:8080/a%20b");
        assertThat(parse("http://host/a@b")).hasToString("http://host/a@b");
        assertThatThrownBy(() -> parse("ftp://me:pw@host/a?x"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("the source 'ftp://host/a'")
                .hasMessageContaining("http:")
                .hasMessageContaining("./")
                .hasMessageNotContaining("pw");
    }

    @Test
    void wrongLocationsSayWhatIsWrong() {
        assertThatThrownBy(() -> parse("")).hasMessage("the source is empty; name a directory");
        assertThatThrownBy(() -> parse("file://host/a")).hasMessageContaining("names a host");
        assertThatThrownBy(() -> parse("file:///a b")).hasMessageContaining("%XX");
        assertThatThrownBy(() -> parse("zip:")).hasMessageContaining("names no path");
        for (String wrong : List.of("http:///a", "http://host:x/", "https:a")) {
            assertThatThrownBy(() -> parse(wrong).open())
                    .as(wrong)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining(wrong);
        }
    }

    @Test
    void whatCanOnlyBeReadIsNoDestination() {
        parse("a").requireWritable("the destination");
        parse("memory:a").requireWritable("the destination");
        for (String text : List.of("a.zip", "zip:a", "http://host/a", "https://host/a")) {
            assertThatThrownBy(() -> parse(text).requireWritable("the destination"))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("the destination '")
                    .hasMessageContaining("can only be read");
        }
    }

    @Test
    void overlapIsToldByNames() {
        assertThat(parse("memory:a/b").overlaps(parse("memory:a"))).isTrue();
        assertThat(parse("memory:a").overlaps(parse("memory:a/"))).isTrue();
        assertThat(parse("memory:ab").overlaps(parse("memory:a"))).isFalse();
        assertThat(parse("http://h/a").overlaps(parse("memory:a"))).isFalse();
        assertThat(parse("http://h/a?endpoint=1").overlaps(parse("http://h/a?endpoint=2")))
                .isFalse();
    }
}
