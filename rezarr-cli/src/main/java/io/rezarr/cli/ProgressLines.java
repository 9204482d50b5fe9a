package io.rezarr.cli;

import io.rezarr.json.Json;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.plan.Work;
import io.rezarr.rechunk.RechunkListener.Phase;
import org.jspecify.annotations.Nullable;

/** How progress looks: as a line that is drawn again, as lines, as JSON, or not at all. Pure text, so that it can be tested. */
interface ProgressLines {
    /**
     * A moment of a run.
     *
     * @param phaseSeconds since the array entered the phase
     * @param usedBytes of the heap at present
     */
    record Moment(
            Phase phase,
            String path,
            Work done,
            long doneUnits,
            long totalUnits,
            double phaseSeconds,
            long usedBytes) {}

    /** How often a line is shown, in milliseconds; 0: never. */
    int everyMillis();

    /** Whether a line takes the place of the one before. */
    default boolean isRedrawn() {
        return false;
    }

    String line(Moment moment);

    /** A sentence for the user; {@code null}: as any message. */
    default @Nullable String note(String sentence) {
        return null;
    }

    static ProgressLines of(ProgressStyle style, long maxBytes, int columns) {
        return switch (style) {
            case BAR -> new Bar(maxBytes, columns);
            case JSON -> new JsonLines();
            case NONE -> new Silent();
            case AUTO, PLAIN -> new Plain(maxBytes);
        };
    }

    /** {@code tas  318/512 (62 %)  read 1.2 GB/s  write 310 MB/s  mem 1.4/2.0 GiB  ETA 0:41}. */
    static String text(Moment moment, long maxBytes) {
        StringBuilder line = new StringBuilder();
        line.append(moment.path().isEmpty() ? "array" : moment.path());
        line.append(moment.phase() == Phase.VERIFY ? "  verify  " : "  ");
        line.append(moment.doneUnits()).append('/').append(moment.totalUnits());
        double share = moment.totalUnits() == 0 ? 1 : (double) moment.doneUnits() / moment.totalUnits();
        line.append(" (").append((long) (share * 100)).append(" %)");
        boolean isCounted = !moment.done().equals(Work.NONE);
        if (isCounted) {
            line.append("  read ").append(Figures.rate(moment.done().bytesRead(), moment.phaseSeconds()));
        }
        if (isCounted && moment.phase() == Phase.WRITE) {
            line.append("  write ").append(Figures.rate(moment.done().bytesWritten(), moment.phaseSeconds()));
        }
        line.append("  mem ")
                .append(Figures.binary(moment.usedBytes()))
                .append(" / ")
                .append(Figures.binary(maxBytes));
        if (share > 0 && share < 1) {
            line.append("  ETA ").append(Figures.clock(moment.phaseSeconds() * (1 - share) / share));
        }
        return line.toString();
    }

    /** One line on a terminal. */
    record Bar(long maxBytes, int columns) implements ProgressLines {
        private static final int REDRAW_MILLIS = 200;
        private static final int LEAST_COLUMNS = 20;

        @Override
        public int everyMillis() {
            return REDRAW_MILLIS;
        }

        @Override
        public boolean isRedrawn() {
            return true;
        }

        @Override
        public String line(Moment moment) {
            String line = text(moment, maxBytes);
            int width = Math.max(LEAST_COLUMNS, columns) - 1;
            return line.length() <= width ? line : line.substring(0, width);
        }
    }

    /** For logs. */
    record Plain(long maxBytes) implements ProgressLines {
        private static final int LINE_MILLIS = 10_000;

        @Override
        public int everyMillis() {
            return LINE_MILLIS;
        }

        @Override
        public String line(Moment moment) {
            return text(moment, maxBytes);
        }
    }

    /** For programs. */
    record JsonLines() implements ProgressLines {
        private static final int LINE_MILLIS = 1_000;

        @Override
        public int everyMillis() {
            return LINE_MILLIS;
        }

        @Override
        public String line(Moment moment) {
            return Json.toString(JsonObject.EMPTY
                    .with("event", new JsonString("progress"))
                    .with("phase", new JsonString(Choice.wordOf(moment.phase())))
                    .with("path", new JsonString(moment.path()))
                    .with("done_units", JsonNumber.of(moment.doneUnits()))
                    .with("total_units", JsonNumber.of(moment.totalUnits()))
                    .with("seconds", new JsonNumber(Figures.decimal(moment.phaseSeconds(), 3)))
                    .with("work", RechunkJson.ofWork(moment.done())));
        }

        @Override
        public String note(String sentence) {
            return Json.toString(
                    JsonObject.EMPTY.with("event", new JsonString("note")).with("message", new JsonString(sentence)));
        }
    }

    record Silent() implements ProgressLines {
        @Override
        public int everyMillis() {
            return 0;
        }

        @Override
        public String line(Moment moment) {
            return "";
        }
    }
}
