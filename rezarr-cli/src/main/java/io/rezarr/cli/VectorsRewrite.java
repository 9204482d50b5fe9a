package io.rezarr.cli;

import io.rezarr.vectors.api.VectorPyramid;
import io.rezarr.vectors.api.VectorPyramidReport;
import io.rezarr.vectors.api.VectorPyramidRequest;
import io.rezarr.vectors.api.VectorRechunk;
import io.rezarr.vectors.api.VectorRechunkListener;
import io.rezarr.vectors.api.VectorRechunkReport;
import io.rezarr.vectors.api.VectorRechunkRequest;

/** Runs a request and shows what came of it. */
final class VectorsRewrite {
    private VectorsRewrite() {}

    static ExitCode run(
            VectorRechunkRequest request,
            VectorsRewriteOptions options,
            CommonOptions common,
            Console console,
            Interruption interruption) {
        interruption.listen();
        try (VectorRechunk rechunk = VectorRechunk.prepare(request)) {
            if (!common.quiet) {
                rechunk.notes().forEach(console::message);
            }
            VectorRechunkReport report = rechunk.run(new Listener(console, interruption, common));
            long peakBytes = ProcessMemory.peakBytes();
            if (options.json()) {
                console.result(VectorsRewriteReport.json(report, peakBytes));
            } else if (!common.quiet) {
                console.results(VectorsRewriteReport.lines(report, peakBytes, options.maxBytes()));
            }
        }
        return ExitCode.DONE;
    }

    static ExitCode run(
            VectorPyramidRequest request,
            boolean json,
            long maxBytes,
            CommonOptions common,
            Console console,
            Interruption interruption) {
        interruption.listen();
        try (VectorPyramid pyramid = VectorPyramid.prepare(request)) {
            if (!common.quiet) {
                pyramid.notes().forEach(console::message);
            }
            VectorPyramidReport report = pyramid.run(new Listener(console, interruption, common));
            long peakBytes = ProcessMemory.peakBytes();
            if (json) {
                console.result(VectorsRewriteReport.json(report, peakBytes));
            } else if (!common.quiet) {
                console.results(VectorsRewriteReport.lines(report, peakBytes, maxBytes));
            }
        }
        return ExitCode.DONE;
    }

    /** Phases where the user wants more messages; Ctrl-C. */
    private record Listener(Console console, Interruption interruption, CommonOptions common)
            implements VectorRechunkListener {
        @Override
        public void phase(Phase phase) {
            if (common.verbose) {
                console.message(Choice.wordOf(phase));
            }
        }

        @Override
        public void note(String sentence) {
            if (!common.quiet) {
                console.message(sentence);
            }
        }

        @Override
        public boolean isCancelled() {
            return interruption.isRequested();
        }
    }
}
