package io.rezarr.cli;

/** How a run shows that it goes on. */
enum ProgressStyle {
    /** A bar when stderr is a terminal, plain lines otherwise. */
    AUTO,
    /** One line that is drawn again and again. */
    BAR,
    /** A line every ten seconds. */
    PLAIN,
    /** A JSON object a line, for programs. */
    JSON,
    NONE
}
