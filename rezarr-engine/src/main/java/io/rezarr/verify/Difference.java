package io.rezarr.verify;

/**
 * The first element (in C order) in which two arrays differ, or that their shapes or types do.
 *
 * @param what differs: {@code "shape"}, {@code "data type"}, {@code "element"}
 * @param index of the element; empty otherwise
 * @param left the left one's value, for people: {@code 3.5 (0x40600000)}
 * @param right likewise
 * @param count how many elements differ; 0 if they were not compared
 */
public record Difference(String what, java.util.List<Long> index, String left, String right, long count) {}
