package io.rezarr.metadata;

/**
 * Numbers inside an element whose bytes a change of byte order reverses: {@code count} numbers of {@code width} bytes
 * one after the other. complex64 is {@code (0, 4, 2)}; a structured type has a run for each such field.
 *
 * @param offset of the first number from the start of the element, in bytes
 * @param width of a number in bytes: 2, 4 or 8 (16 never)
 * @param count of numbers
 */
public record ByteRun(int offset, int width, int count) {}
