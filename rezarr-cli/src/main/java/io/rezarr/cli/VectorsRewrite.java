package io.rezarr.cli;

import io.rezarr.plan.Work;
import io.rezarr.rechunk.RechunkListener;
import io.rezarr.vectors.api.VectorRechunkListener;
import io.rezarr.vectors.api.VectorRewrite;
import io.rezarr.vectors.api.VectorRewriteReport;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs a request and shows what came of it. */
final class VectorsRewrite {
    private VectorsRewrite() {}

    /** @param prepare looks whether a request fits its store */
    static <Q> ExitCode run(
            Supplier<Q> asked,
            Function<Q, ? extends VectorRewrite<?>> prepare,
            VectorsRewriteOptions options,
            CommonOptions common,
            Console console,
            Interruption interruption) {
        Q request = common.usage(asked);
        interruption.listen();
        try (VectorRewrite<?> rewrite = prepare.apply(request)) {
            VectorRewriteReport report;
            try (ProgressDisplay display = options.display(console, interruption, common)) {
                display.notes(rewrite.notes());
                report = rewrite.run(new Listener(display));
            }
            long peakBytes = ProcessMemory.peakBytes();
            options.json.showSummary(
                    console,
                    common,
                    () -> VectorsRewriteReport.json(report, peakBytes),
                    () -> VectorsRewriteReport.lines(report, peakBytes, options.maxBytes()));
        }
        return ExitCode.DONE;
    }

    /** Shows a step of a level as an array is shown. */
    private record Listener(ProgressDisplay display) implements VectorRechunkListener {
        @Override
        public void phase(Phase phase) {
            RechunkListener.Phase shown = switch (phase) {
                case WRITE -> RechunkListener.Phase.WRITE;
                case VERIFY -> RechunkListener.Phase.VERIFY;
                case COMMIT -> RechunkListener.Phase.COMMIT;
            };
            display.phase(shown, "store", 0, 1);
        }

        @Override
        public void progress(int level, Step step, long done, long total) {
            display.progress("level " + level + " " + Choice.wordOf(step), Work.NONE, done, total);
        }

        @Override
        public void note(String sentence) {
            display.note(sentence);
        }

        @Override
        public boolean isCancelled() {
            return display.isCancelled();
        }
    }
}
