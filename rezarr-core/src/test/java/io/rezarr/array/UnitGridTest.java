package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitGridTest {
    private final UnitGrid grid = new UnitGrid(Shape.of(5, 7), Shape.of(2, 3));

    private static Box box(long[] origin, long... shape) {
        return new Box(Shape.of(origin), Shape.of(shape));
    }

    private static long[] at(long... index) {
        return index;
    }

    @Test
    void lastUnitsReachBeyondTheArray() {
        assertThat(grid.unitsPerAxis()).isEqualTo(Shape.of(3, 3));
        assertThat(grid.units()).isEqualTo(9);
        assertThat(grid.box(at(2, 2))).isEqualTo(box(at(4, 6), 1, 1));
        assertThat(grid.box(at(1, 0))).isEqualTo(box(at(2, 0), 2, 3));
    }

    @Test
    void scalarHasOneUnitAndAnEmptyAxisNone() {
        UnitGrid scalar = new UnitGrid(Shape.SCALAR, Shape.SCALAR);
        assertThat(scalar.units()).isEqualTo(1);
        assertThat(scalar.number(at())).isZero();
        assertThat(scalar.index(0)).isEmpty();
        assertThat(scalar.unitsTouching(Box.whole(Shape.SCALAR)).elements()).isEqualTo(1);
        assertThatThrownBy(() -> scalar.index(1)).isInstanceOf(IndexOutOfBoundsException.class);

        UnitGrid empty = new UnitGrid(Shape.of(4, 0), Shape.of(2, 3));
        assertThat(empty.units()).isZero();
        assertThat(empty.unitsTouching(Box.whole(Shape.of(4, 0))).isEmpty()).isTrue();
        assertThatThrownBy(() -> empty.index(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void numbersAndIndicesAreInversesInCOrder() {
        List<String> order = new ArrayList<>();
        for (long number = 0; number < grid.units(); number++) {
            long[] index = grid.index(number);
            order.add(Shape.of(index).toString());
            assertThat(grid.number(index)).isEqualTo(number);
        }
        assertThat(order).startsWith("(0, 0)", "(0, 1)", "(0, 2)", "(1, 0)").hasSize(9);
    }

    @Test
    void unitsOutsideTheGridAreRefused() {
        for (long[] index : List.of(at(3, 0), at(0, -1), at(0))) {
            assertThatThrownBy(() -> grid.number(index)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> grid.box(index)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> grid.index(9)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> grid.index(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new UnitGrid(Shape.of(3), Shape.of(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UnitGrid(Shape.of(3), Shape.of(1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unitsTouchingABoxAreExactlyThoseThatMeetIt() {
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            Box elements = box(at(random.nextInt(8), random.nextInt(10)), random.nextInt(6), random.nextInt(6));
            Box units = grid.unitsTouching(elements);
            for (long number = 0; number < grid.units(); number++) {
                long[] index = grid.index(number);
                boolean meets = !grid.box(index).intersection(elements).isEmpty();
                boolean listed = units.contains(box(index, 1, 1));
                assertThat(listed)
                        .as("unit %s, box %s", Shape.of(index), elements)
                        .isEqualTo(meets);
            }
        }
    }

    @Test
    void stepsThroughABoxOfUnitsInCOrder() {
        Box units = box(at(1, 1), 2, 2);
        long[] index = units.origin().toArray();
        List<String> visited = new ArrayList<>();
        do {
            visited.add(Shape.of(index).toString());
        } while (UnitGrid.next(index, units));

        assertThat(visited).containsExactly("(1, 1)", "(1, 2)", "(2, 1)", "(2, 2)");
        assertThat(index).containsExactly(1, 1);
        assertThat(UnitGrid.next(at(), Box.whole(Shape.SCALAR))).isFalse();
    }

    @Test
    void largestArraysDoNotOverflow() {
        long max = Long.MAX_VALUE;
        UnitGrid huge = new UnitGrid(Shape.of(max), Shape.of(max - 1));
        assertThat(huge.units()).isEqualTo(2);
        assertThat(huge.box(at(1))).isEqualTo(box(at(max - 1), 1));
        assertThat(huge.unitsTouching(box(at(5), max - 5))).isEqualTo(box(at(0), 2));

        UnitGrid many = new UnitGrid(Shape.of(max, max), Shape.of(1, 1));
        assertThatThrownBy(many::units).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> many.number(at(max - 1, max - 1))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> box(at(max), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void boxesIntersectAndContain() {
        Box box = box(at(2, 2), 3, 4);
        assertThat(box.intersection(box(at(4, 0), 9, 3))).isEqualTo(box(at(4, 2), 1, 1));
        assertThat(box.intersection(box(at(5, 0), 9, 9)).isEmpty()).isTrue();
        assertThat(box.contains(box(at(3, 3), 2, 3))).isTrue();
        assertThat(box.contains(box(at(3, 3), 3, 3))).isFalse();
        assertThat(box.contains(box(at(90, 90), 0, 3))).isTrue();
        assertThat(box).hasToString("(2, 2)+(3, 4)");
        assertThat(box.elements()).isEqualTo(12);
    }
}
