package io.rezarr.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
    private final Workspace workspace = new Workspace();

    @Test
    void releasedBufferIsLentAgainForNearlyTheSameSize() {
        byte[] first = workspace.borrow(1000);
        workspace.releaseTo(0);
        assertThat(workspace.borrow(1020)).isSameAs(first);
        assertThat(workspace.borrow(1000)).isNotSameAs(first);
    }

    @Test
    void markKeepsWhatWasLentBefore() {
        byte[] kept = workspace.borrow(1000);
        int mark = workspace.mark();
        byte[] returned = workspace.borrow(1000);
        workspace.releaseTo(mark);
        assertThat(workspace.borrow(1000)).isSameAs(returned).isNotSameAs(kept);
    }

    @Test
    void markThatWasReleasedBeforeIsAMistake() {
        workspace.borrow(10);
        assertThatThrownBy(() -> workspace.releaseTo(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mark is 2, must be from 0 to 1");
    }

    @Test
    void bufferHasExactlyTheBytesAskedFor() {
        ByteBuffer buffer = workspace.borrowBuffer(1001);
        assertThat(buffer.remaining()).isEqualTo(1001);
        assertThat(buffer.hasArray()).isTrue();
        assertThat(workspace.borrowBuffer(0).remaining()).isZero();
    }

    @Test
    void sizesAreAtMostAnEighthLargerThanAskedFor() {
        for (long bytes = 256; bytes < Integer.MAX_VALUE / 2; bytes += 1 + bytes / 17) {
            assertThat(Workspace.sizeFor(bytes)).isBetween(bytes, bytes + bytes / 8);
            assertThat(Workspace.sizeFor(Workspace.sizeFor(bytes))).isEqualTo(Workspace.sizeFor(bytes));
        }
        assertThat(Workspace.sizeFor(Integer.MAX_VALUE - 8)).isEqualTo(Integer.MAX_VALUE - 8);
        assertThat(Workspace.sizeFor(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(Workspace.sizeFor(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> workspace.borrow(Integer.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> workspace.borrow(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contextIsMadeOnceForEachKeyAndClosedWithTheWorkspace() {
        List<String> closed = new ArrayList<>();
        Context first = workspace.context(Context.class, 1, () -> new Context(closed, "first"));
        assertThat(workspace.context(Context.class, 1, () -> new Context(closed, "again")))
                .isSameAs(first);
        assertThat(workspace.context(Context.class, 2, () -> new Context(closed, "second")))
                .isNotSameAs(first);
        workspace.close();
        assertThat(closed).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void contextThatDoesNotCloseKeepsNoOtherFromBeingClosed() {
        List<String> closed = new ArrayList<>();
        for (int key = 0; key < 3; key++) {
            workspace.context(FailingContext.class, key, () -> new FailingContext(closed));
        }
        assertThatThrownBy(workspace::close)
                .isInstanceOf(IllegalStateException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
        assertThat(closed).hasSize(3);
    }

    private record Context(List<String> closed, String name) implements AutoCloseable {
        @Override
        public void close() {
            closed.add(name);
        }
    }

    private record FailingContext(List<String> closed) implements AutoCloseable {
        @Override
        public void close() {
            closed.add("");
            throw new IllegalArgumentException("does not close");
        }
    }
}
