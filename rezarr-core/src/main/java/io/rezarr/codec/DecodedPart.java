package io.rezarr.codec;

import java.nio.ByteBuffer;

/**
 * A part of a decoded chunk. What was not needed, between the runs and at either end, may be anything.
 *
 * @param bytes the needed runs and what lies between, from position to limit; perhaps more at either end
 * @param firstByte where in the decoded chunk the position of {@code bytes} is
 * @param storedBytes how many bytes were read for it
 * @param decodedBytes how many bytes came out of the decoder (or were read, of what is stored as it is)
 */
public record DecodedPart(ByteBuffer bytes, long firstByte, long storedBytes, long decodedBytes) {}
