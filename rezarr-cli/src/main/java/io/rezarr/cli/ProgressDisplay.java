package io.rezarr.cli;

import io.rezarr.plan.Work;
import io.rezarr.rechunk.RechunkListener;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run's progress on stderr and passes Ctrl-C on to it. The run's threads only leave the latest figures here; a thread of its own draws
 * them, so that the run never waits for a terminal.
 */
final class ProgressDisplay implements RechunkListener, AutoCloseable {
    /** The latest figures; immutable, replaced whole. */
    private record Latest(Phase phase, String path, long phaseStart, Work done, long doneUnits, long totalUnits) {}

    private final ProgressLines lines;
    private final Console console;
    private final Interruption interruption;
    private final boolean quiet;
    private final boolean verbose;
    private final Thread drawer = new Thread(this::drawUntilClosed, "rezarr-progress");
    private volatile @Nullable Latest latest;
    private volatile boolean closed;
    /** How long the line on the terminal is that the next one must cover. Guarded by this. */
    private int drawnColumns;

    ProgressDisplay(ProgressLines lines, Console console, Interruption interruption, boolean quiet, boolean verbose) {
        this.lines = lines;
        this.console = console;
        this.interruption = interruption;
        this.quiet = quiet;
        this.verbose = verbose;
        drawer.setDaemon(true);
    }

    /** The display that the options ask for. */
    static ProgressDisplay of(
            ProgressStyle asked, long maxBytes, Console console, Interruption interruption, CommonOptions common) {
        ProgressStyle style = asked;
        if (style == ProgressStyle.AUTO) {
            style = common.quiet ? ProgressStyle.NONE : console.terminal() ? ProgressStyle.BAR : ProgressStyle.PLAIN;
        }
        ProgressLines lines = ProgressLines.of(style, maxBytes, console.columns());
        return new ProgressDisplay(lines, console, interruption, common.quiet, common.verbose);
    }

    @Override
    public synchronized void phase(Phase phase, String path, int index, int arrays) {
        latest = new Latest(phase, path, System.nanoTime(), Work.NONE, 0, 0);
        if (verbose) {
            String of = arrays > 1 ? " (" + (index + 1) + " of " + arrays + ")" : "";
            say((path.isEmpty() ? "array" : path) + of + ": " + Choice.wordOf(phase));
        }
        if (lines.everyMillis() > 0 && drawer.getState() == Thread.State.NEW && !closed) {
            drawer.start();
        }
    }

    @Override
    public void progress(String path, Work done, long doneUnits, long totalUnits) {
        Latest before = latest;
        if (before != null) {
            // A step of its own begins now; what an array does began with its phase.
            boolean goesOn = path.equals(before.path());
            long start = goesOn ? before.phaseStart() : System.nanoTime();
            latest = new Latest(before.phase(), path, start, done, doneUnits, totalUnits);
        }
    }

    @Override
    public synchronized void note(String sentence) {
        if (!quiet) {
            String line = lines.note(sentence);
            if (line == null) {
                say(sentence);
            } else {
                raw(line);
            }
        }
    }

    void notes(List<String> sentences) {
        sentences.forEach(this::note);
    }

    @Override
    public boolean isCancelled() {
        return interruption.isRequested();
    }

    /** Ends the drawing; nothing of the display is written afterwards. */
    @Override
    public void close() {
        closed = true;
        drawer.interrupt();
        synchronized (this) {
            wipe();
        }
    }

    private void drawUntilClosed() {
        try {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(lines.everyMillis());
                draw();
            }
        } catch (InterruptedException e) {
            // close() wakes this thread to end it.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void draw() {
        Latest now = latest;
        if (closed || now == null || now.totalUnits() == 0) {
            return;
        }
        double seconds = (System.nanoTime() - now.phaseStart()) / 1e9;
        Runtime runtime = Runtime.getRuntime();
        String line = Console.printable(lines.line(new ProgressLines.Moment(
                now.phase(),
                now.path(),
                now.done(),
                now.doneUnits(),
                now.totalUnits(),
                seconds,
                runtime.totalMemory() - runtime.freeMemory())));
        if (lines.isRedrawn()) {
            console.err().print("\r" + line + " ".repeat(Math.max(0, drawnColumns - line.length())));
            console.err().flush();
            drawnColumns = line.length();
        } else {
            raw(line);
        }
    }

    private void say(String text) {
        wipe();
        console.message(text);
    }

    private void raw(String line) {
        wipe();
        console.err().println(line);
        console.err().flush();
    }

    private void wipe() {
        if (drawnColumns > 0) {
            console.err().print("\r" + " ".repeat(drawnColumns) + "\r");
            console.err().flush();
            drawnColumns = 0;
        }
    }
}
