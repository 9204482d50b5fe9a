package io.rezarr.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.StoreException;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueReader;
import io.rezarr.store.ValueWriter;
import io.rezarr.testkit.ArchitectureContract;
import io.rezarr.testkit.StoreContract;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory, the contract makes the store
class S3StoreTest extends StoreContract {
    private static final int PART_BYTES = 64 << 10;

    @TempDir
    Path spool;

    private SmallS3 server;

    @Override
    protected Store newStore() throws Exception {
        server = new SmallS3();
        S3Address address = S3Address.of(url("/a/b.zarr"));
        return new S3Store(address, S3Clients.of(address), spool, PART_BYTES);
    }

    private String url(String path) {
        return "s3://bucket" + path + "?endpoint=" + server.endpoint() + "&region=us-east-1&anonymous=true";
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    void keysAreBelowThePrefix() {
        put("c/0", 1);

        assertThat(server.values).containsOnlyKeys("a/b.zarr/c/0");
        assertThat(store().location()).isEqualTo("s3://bucket/a/b.zarr");
    }

    @Test
    void urlIsOpenedByTheServiceThatKnowsItsScheme() {
        StoreLocation location = StoreLocation.parse("the source", url("/a/b.zarr/"));
        location.requireWritable("the destination");
        assertThat(location).hasToString("s3://bucket/a/b.zarr/");
        assertThat(location.overlaps(StoreLocation.parse("x", url("/a")))).isTrue();
        put("k", 7);
        try (Store opened = location.open()) {
            assertThat(opened.size(new StoreKey("k"))).isEqualTo(1);
        }
    }

    @Test
    void markersOfDirectoriesAreNoChildren() {
        server.values.put("a/b.zarr/c/", new byte[0]);
        put("c/0", 1);

        assertThat(children("c")).hasSize(1);
        assertThat(children("")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET 503", "GET 500", "GET 404", "HEAD 404", "HEAD 503"})
    void whatPassesIsTriedAgain(String fault) {
        put("v", random(1000));
        server.faults.add(fault);

        try (ValueReader reader = Objects.requireNonNull(store().reader(new StoreKey("v")))) {
            byte[] part = new byte[10];
            reader.read(0, part, 0, 10);
        }
        assertThat(read(new StoreKey("v"), 1000)).isEqualTo(random(1000));
        assertThat(server.faults).isEmpty();
    }

    @Test
    void refusalIsAnErrorAndNeverAbsence() {
        put("v", 1);
        for (Runnable read : List.<Runnable>of(
                () -> store().get(new StoreKey("v"), 10, workspace),
                () -> store().get(new StoreKey("v"), new ByteRange(0, 1), workspace))) {
            server.faults.add("GET 403");
            assertThatThrownBy(read::run)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot read 's3://bucket/a/b.zarr/v': HTTP 403");
        }
        server.faults.add("HEAD 403");
        assertThatThrownBy(() -> store().size(new StoreKey("v"))).hasMessageContaining("HTTP 403");
        server.faults.add("PUT 403");
        assertThatThrownBy(() -> put("v", 2)).hasMessageContaining("cannot write 's3://bucket/a/b.zarr/v': HTTP 403");
        server.faults.add("GET 403");
        assertThatThrownBy(() -> children("")).hasMessageContaining("cannot list 's3://bucket/a/b.zarr'");
    }

    @Test
    void valueThatChangesWhileItIsOpenIsAnError() {
        put("v", random(1000));
        try (ValueReader reader = Objects.requireNonNull(store().reader(new StoreKey("v")))) {
            put("v", random(999));
            assertThatThrownBy(() -> reader.read(0, new byte[10], 0, 10))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("changed while it was read");
            store().delete(new StoreKey("v"));
            assertThatThrownBy(() -> reader.read(0, new byte[10], 0, 10)).hasMessageContaining("is gone");
        }
    }

    @Test
    void partsThatFailAreAborted() {
        ByteBuffer value = ByteBuffer.wrap(random(3 * PART_BYTES));
        server.faults.addAll(List.of("POST 503", "PUT 403"));

        assertThatThrownBy(() -> store().set(new StoreKey("v"), value, Store.WriteMode.ATOMIC))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("HTTP 403");
        assertThat(server.uploads).isEmpty();
        assertThat(server.values).isEmpty();

        server.faults.addAll(Collections.nCopies(2, "PUT 503"));
        try (ValueWriter writer = store().writer(new StoreKey("v"), Store.WriteMode.DIRECT)) {
            writer.append(value.duplicate());
            writer.commit();
        }
        assertThat(read(new StoreKey("v"), MIB)).isEqualTo(random(3 * PART_BYTES));
        assertThat(server.log).anyMatch(line -> line.contains("partNumber=3"));
    }

    @Test
    void wrongUrlsAreRefusedWithoutTheirSecrets() {
        for (String wrong : List.of(
                "s3:bucket",
                "s3:///a",
                "s3://b/a?secret=hush",
                "s3://b/a?region",
                "s3://b/a?region=a&region=hush",
                "s3://b?endpoint=me:hush@host",
                "s3://b?endpoint=http://me:hush@host",
                "s3://b?anonymous=hush")) {
            assertThatThrownBy(() -> S3Address.of(wrong))
                    .as(wrong)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageNotContaining("hush");
        }
    }

    @Test
    void wholeBucketIsAStoreToo() {
        put("v", 1);
        try (Store bucket = StoreLocation.parse("x", url("")).open()) {
            assertThat(bucket.size(new StoreKey("a/b.zarr/v"))).isEqualTo(1);
            assertThat(bucket.describe(StorePrefix.ROOT)).isEqualTo("is a prefix with 1 entry ('a')");
        }
    }

    @Test
    void nothingElseDependsOnThisPackage() {
        com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("io.rezarr.store.s3..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.rezarr.store.s3..", "software.amazon..")
                .check(ArchitectureContract.CLASSES);
    }
}
