package io.rezarr.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InfeasiblePlanException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetedWorkspaceTest {
    private static void nothing() {}

    @Test
    void budgetIsAskedBeforeABufferIsTakenAndGetsAllBack() {
        MemoryBudget budget = MemoryBudget.of(4096);
        try (Workspace workspace = new Workspace(budget)) {
            workspace.borrow(1024);
            workspace.borrow(2048);
            assertThat(budget.reservedBytes()).isEqualTo(3072).isEqualTo(workspace.heldBytes());
            workspace.releaseTo(0);
            assertThat(budget.reservedBytes()).as("kept to be lent again").isEqualTo(3072);
        }
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void whatIsKeptMakesRoomTheLongestUnusedFirst() {
        Workspace workspace = new Workspace(MemoryBudget.of(4096));
        byte[] old = workspace.borrow(1024);
        byte[] recent = workspace.borrow(2048);
        workspace.releaseTo(1);
        workspace.releaseTo(0);
        byte[] again = workspace.borrow(1024);
        workspace.releaseTo(0);

        workspace.borrow(3072);

        assertThat(workspace.heldBytes()).isEqualTo(4096);
        assertThat(workspace.borrow(1024)).isSameAs(again).isSameAs(old).isNotSameAs(recent);
    }

    @Test
    void moreThanTheBudgetIsRefusedWithTheRemedy() {
        Workspace workspace = new Workspace(MemoryBudget.of(4096));
        workspace.borrow(3072);
        assertThatThrownBy(() -> workspace.borrow(2048))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessage(
                        "A buffer of 2048 bytes is needed, but of the 4096 bytes that a thread may hold 3072 are in use,"
                                + " and the memory of the run has no more to give. Give more memory (-m), or use fewer threads (-j).");
        assertThat(workspace.heldBytes()).isEqualTo(3072);
    }

    @Test
    void partGrowsFromWhatNobodyWasPromised() {
        MemoryBudget whole = MemoryBudget.of(10_000);
        MemoryBudget part = whole.part(4096);
        MemoryBudget other = whole.part(4096);
        try (Workspace workspace = new Workspace(part)) {
            workspace.borrow(3072);
            workspace.borrow(2048);
            assertThat(whole.reservedBytes()).as("by what is missing").isEqualTo(2 * 4096 + 1024);
            assertThatThrownBy(() -> workspace.borrow(1024)).isInstanceOf(InfeasiblePlanException.class);
        }
        part.close();
        other.close();
        assertThat(whole.reservedBytes()).isZero();
    }

    @Test
    void contextsAreReservedAndNeverGivenUp() {
        MemoryBudget budget = MemoryBudget.of(4096);
        Workspace workspace = new Workspace(budget);
        workspace.borrow(2048);
        workspace.releaseTo(0);
        workspace.context(AutoCloseable.class, "small", 1000, () -> BudgetedWorkspaceTest::nothing);
        assertThat(workspace.heldBytes()).isEqualTo(2048);
        workspace.context(AutoCloseable.class, "small", 2500, () -> BudgetedWorkspaceTest::nothing);
        assertThat(workspace.heldBytes()).as("the buffer made room").isZero();
        assertThat(workspace.contextBytes()).isEqualTo(2500);
        workspace.context(AutoCloseable.class, "small", 10, () -> BudgetedWorkspaceTest::nothing);
        assertThat(budget.reservedBytes()).isEqualTo(2500);
        assertThatThrownBy(() ->
                        workspace.context(AutoCloseable.class, "large", 2000, () -> BudgetedWorkspaceTest::nothing))
                .isInstanceOf(InfeasiblePlanException.class);
        workspace.close();
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void contextThatCannotBeMadeLeavesNothingReserved() {
        MemoryBudget budget = MemoryBudget.of(4096);
        try (Workspace workspace = new Workspace(budget)) {
            assertThatThrownBy(() -> workspace.context(AutoCloseable.class, 1, 100, () -> {
                        throw new IllegalStateException("no library");
                    }))
                    .hasMessage("no library");
        }
        assertThat(budget.reservedBytes()).isZero();
    }

    /** Whatever sizes come one after the other, the most that is lent at once is enough. */
    @Test
    void whatIsLentAtOnceIsAllThatIsEverNeeded() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            long most = 40 * 256L + random.nextInt(1 << 20);
            long slack = seed % 2 == 0 ? 0 : random.nextLong(most);
            MemoryBudget budget = MemoryBudget.of(most + slack);
            try (Workspace workspace = new Workspace(budget, slack)) {
                for (int chunk = 0; chunk < 200; chunk++) {
                    borrowUpTo(most, random, workspace);
                }
            }
            assertThat(budget.peakBytes()).as("seed %d", seed).isLessThanOrEqualTo(most + slack);
        }
    }

    @Test
    void withSlackLongerBuffersStandIn() {
        MemoryBudget budget = MemoryBudget.of(300 << 10);
        try (Workspace workspace = new Workspace(budget, 100 << 10)) {
            byte[] lng = workspace.borrow(192 << 10);
            workspace.releaseTo(0);
            assertThat(workspace.borrow(96 << 10)).as("96 KiB longer").isSameAs(lng);
            workspace.releaseTo(0);
            assertThat(workspace.borrow(80 << 10))
                    .as("112 KiB longer than needed")
                    .isNotSameAs(lng);
            assertThat(workspace.borrow(4 << 10)).as("hardly needs any").isNotSameAs(lng);
        }
    }

    private static void borrowUpTo(long most, Random random, Workspace workspace) {
        int mark = workspace.mark();
        long left = most;
        while (left >= 256 && random.nextInt(8) > 0) {
            int bytes = random.nextInt((int) Math.min(left, 1 + (left >> random.nextInt(6))));
            if (Workspace.sizeFor(bytes) <= left) {
                workspace.borrow(bytes);
                left -= Workspace.sizeFor(bytes);
            }
        }
        workspace.releaseTo(mark);
    }
}
