package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that do not decode: truncated, altered, or written with other settings than the metadata say.
 *
 * <p>A codec knows the offset and the reason; only its caller knows the key, and adds it with {@link #at}.
 */
public class MalformedDataException extends RezarrException {
    private static final long serialVersionUID = 1;

    private final String problem;
    private final @Nullable String remedy;

    /**
     * @param codec the name of the codec, or of the part of the format, that found it
     * @param offset where, in bytes from the start of what this codec was given
     * @param problem found and expected, with figures
     */
    public MalformedDataException(String codec, long offset, String problem) {
        this(codec, offset, problem, null);
    }

    public MalformedDataException(String codec, long offset, String problem, @Nullable Throwable cause) {
        this(codec + " at byte " + offset + ": " + problem, null, cause);
    }

    private MalformedDataException(String problem, @Nullable String remedy, @Nullable Throwable cause) {
        super(remedy == null ? problem : problem + ". " + remedy, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** The same problem, at a key of a store. */
    public MalformedDataException at(String key) {
        return new MalformedDataException(
                "'" + key + "' cannot be decoded: " + problem,
                "Restore it from a copy, or delete it to read its elements as the fill value.",
                this);
    }

    /** The same problem, in a part of a store that says more than a key: a chunk of an array family, an object. */
    public MalformedDataException in(String place) {
        return new MalformedDataException("'" + place + "': " + problem, remedy, this);
    }

    /** The same problem, with this to do about it instead of what was said so far. */
    public MalformedDataException withRemedy(String sentence) {
        return new MalformedDataException(problem, sentence, this);
    }

    /** What is wrong, without what to do about it. */
    public String problem() {
        return problem;
    }
}
