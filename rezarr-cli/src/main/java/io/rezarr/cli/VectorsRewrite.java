package io.rezarr.cli;

import io.rezarr.plan.Work;
import io.rezarr.rechunk.RechunkListener;
import io.rezarr.vectors.api.VectorPyramid;
import io.rezarr.vectors.api.VectorPyramidReport;
import io.rezarr.vectors.api.VectorPyramidRequest;
import io.rezarr.vectors.api.VectorRechunk;
import io.rezarr.vectors.api.VectorRechunkListener;
import io.rezarr.vectors.api.VectorRechunkReport;
import io.rezarr.vectors.api.VectorRechunkRequest;
import java.util.function.Supplier;

/** Runs a request and shows what came of it. */
final class VectorsRewrite {
    private VectorsRewrite() {}

    static ExitCode rechunk(
            Supplier<VectorRechunkRequest> asked,
            VectorsRewriteOptions options,
            CommonOptions common,
            Console console,
            Interruption interruption) {
        VectorRechunkRequest request = common.usage(asked);
        interruption.listen();
        try (VectorRechunk rechunk = VectorRechunk.prepare(request)) {
            VectorRechunkReport report;
            try (ProgressDisplay display = options.display(console, interruption, common)) {
                display.notes(rechunk.notes());
                report = rechunk.run(new Listener(display));
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

    static ExitCode pyramid(
            Supplier<VectorPyramidRequest> asked,
            VectorsRewriteOptions options,
            CommonOptions common,
            Console console,
            Interruption interruption) {
        VectorPyramidRequest request = common.usage(asked);
        interruption.listen();
        try (VectorPyramid pyramid = VectorPyramid.prepare(request)) {
            VectorPyramidReport report;
            try (ProgressDisplay display = options.display(console, interruption, common)) {
                display.notes(pyramid.notes());
                report = pyramid.run(new Listener(display));
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
