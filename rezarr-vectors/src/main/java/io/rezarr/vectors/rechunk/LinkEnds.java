package io.rezarr.vectors.rechunk;

import java.util.Arrays;

/**
 * The levels between which links lead, and the chunks of the source in both by one number: those of the second one, if it is another, behind those of the
 * first.
 *
 * @param here the level of the first end
 * @param there the level of the others
 */
record LinkEnds(LinkEnd here, LinkEnd there) {
    /** Whether links are edges of a tree, some of which no link says. */
    boolean isTree() {
        return there == here && here.rules().hasTree();
    }

    private int chunksHere() {
        return here.source().chunks().size();
    }

    int chunks() {
        return there == here
                ? chunksHere()
                : chunksHere() + there.source().chunks().size();
    }

    /** @param chunk of the level of the end */
    int number(int end, int chunk) {
        return end == 0 || there == here ? chunk : chunksHere() + chunk;
    }

    int rows(int number) {
        int before = chunksHere();
        return number < before ? here.source().rows(number) : there.source().rows(number - before);
    }

    /** Ranges of chunks whose rows are looked up together: where each begins, and the end of the last. */
    int[] borders(RunContext context) {
        long most = Math.min(context.maxHeldBytes(), context.budget().maxBytes() / 6);
        int[] borders = new int[chunks() + 1];
        int count = 1;
        long bytes = 0;
        for (int number = 0; number < chunks(); number++) {
            long its = 8L * rows(number) + 24;
            if (bytes > 0 && bytes + its > most) {
                borders[count++] = number;
                bytes = 0;
            }
            bytes += its;
        }
        borders[count++] = chunks();
        return Arrays.copyOf(borders, count);
    }

    /** Loads where the rows of a range of chunks are now. */
    Addresses load(RunContext context, int first, int end) {
        int before = chunksHere();
        AddressTable ofHere = AddressTable.load(context, here, Math.min(first, before), Math.min(end, before));
        AddressTable ofThere = there == here
                ? ofHere
                : AddressTable.load(context, there, Math.max(0, first - before), Math.max(0, end - before));
        return new Addresses(ofHere, ofThere, before);
    }

    /** The new places of the rows of a range of chunks of either level. */
    record Addresses(AddressTable here, AddressTable there, int chunksHere) implements AutoCloseable {
        boolean has(int number) {
            return number < chunksHere ? here.has(number) : there.has(number - chunksHere);
        }

        long of(int number, int row) {
            return number < chunksHere ? here.of(number, row) : there.of(number - chunksHere, row);
        }

        @Override
        public void close() {
            here.close();
            if (there != here) {
                there.close();
            }
        }
    }
}
