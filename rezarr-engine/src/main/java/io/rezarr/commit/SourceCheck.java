package io.rezarr.commit;

/** Asked right before a result becomes visible: is what it was made from still what it was? */
@FunctionalInterface
public interface SourceCheck {
    /** For a result that has no source which could change. */
    SourceCheck NONE = () -> {};

    /** @throws io.rezarr.error.RefusedException if the source is not what it was when it was opened; nothing is committed then */
    void requireUnchanged();
}
