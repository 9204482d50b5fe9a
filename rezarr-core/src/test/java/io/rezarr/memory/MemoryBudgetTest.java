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
