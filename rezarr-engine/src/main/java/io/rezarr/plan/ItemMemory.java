package io.rezarr.plan;

/**
 * The room that a run gives items of variable size, in bytes, their lengths included. What needs more is refused with the
 * figures, or, if it is a region, assembled in parts: a run never takes what it was not given.
 *
 * @param readBytes that the items of one read unit may have
 * @param writtenBytes that those of one unit of the destination may have
 * @param regionBytes that those of one region may have; 0 if nothing is assembled
 */
public record ItemMemory(long readBytes, long writtenBytes, long regionBytes) {
    /** Of arrays whose elements have a fixed size. */
    public static final ItemMemory NONE = new ItemMemory(0, 0, 0);
}
