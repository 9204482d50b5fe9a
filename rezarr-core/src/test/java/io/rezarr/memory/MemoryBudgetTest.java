package io.rezarr.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    @Test
    void reservesUpToItsLimitAndNoFurther() {
        MemoryBudget budget = MemoryBudget.of(100);
        assertThat(budget.tryReserve(60)).isTrue();
        assertThat(budget.tryReserve(41)).isFalse();
        assertThat(budget.tryReserve(40)).isTrue();
        budget.release(100);
        assertThat(budget.reservedBytes()).isZero();
        assertThat(budget.peakBytes()).isEqualTo(100);
        assertThat(budget.maxBytes()).isEqualTo(100);
    }

    @Test
    void numbersThatOverflowReserveNothing() {
        MemoryBudget budget = MemoryBudget.of(Long.MAX_VALUE);
        assertThat(budget.tryReserve(10)).isTrue();
        assertThat(budget.tryReserve(Long.MAX_VALUE)).isFalse();
        assertThat(budget.tryReserve(-1)).isFalse();
        assertThat(budget.reservedBytes()).isEqualTo(10);
    }

    @Test
    void releasingMoreThanIsReservedIsAMistakeThatChangesNothing() {
        MemoryBudget budget = MemoryBudget.of(100);
        assertThat(budget.tryReserve(10)).isTrue();
        assertThatThrownBy(() -> budget.release(11))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("released 11 bytes, reserved are 10");
        assertThat(budget.reservedBytes()).isEqualTo(10);
    }

    @Test
    void limitMustBePositive() {
        assertThatThrownBy(() -> MemoryBudget.of(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes is 0, must be positive");
    }

    @Test
    void partIsReservedInTheWholeUntilItIsClosed() {
        MemoryBudget whole = MemoryBudget.of(100);
        try (MemoryBudget part = whole.part(60)) {
            assertThat(whole.reservedBytes()).isEqualTo(60);
            assertThat(part.tryReserve(61)).isFalse();
            assertThat(part.tryReserve(60)).isTrue();
            assertThat(part.tryGrow(41)).isFalse();
            assertThat(part.tryGrow(40)).isTrue();
            assertThat(part.tryReserve(40)).isTrue();
            assertThat(whole.tryReserve(1)).isFalse();
            part.release(100);
        }
        assertThat(whole.reservedBytes()).isZero();
        assertThat(whole.peakBytes()).isEqualTo(100);
    }

    @Test
    void partThatIsNotLeftIsAMistakeInThePlan() {
        MemoryBudget whole = MemoryBudget.of(100);
        assertThat(whole.tryReserve(50)).isTrue();
        assertThatThrownBy(() -> whole.part(51))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a part of 51 bytes was promised, but of 100 bytes of memory 50 are reserved");
        assertThat(whole.tryGrow(1)).as("a whole does not grow").isFalse();
    }

    @Test
    void partIsGivenBackOnlyWhenNothingOfItIsInUse() {
        MemoryBudget part = MemoryBudget.of(100).part(60);
        assertThat(part.tryReserve(1)).isTrue();
        assertThatThrownBy(part::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a part of 60 bytes is given back while 1 are reserved");
    }

    @Test
    void threadsNeverReserveMoreThanTheLimitTogether() throws InterruptedException, ExecutionException {
        MemoryBudget budget = MemoryBudget.of(100);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                runs.add(threads.submit(() -> reserveAndRelease(budget)));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(budget.reservedBytes()).isZero();
        assertThat(budget.peakBytes()).isBetween(35L, 100L);
    }

    private static void reserveAndRelease(MemoryBudget budget) {
        for (int i = 0; i < 5000; i++) {
            if (budget.tryReserve(35)) {
                budget.release(35);
            }
        }
    }
}
