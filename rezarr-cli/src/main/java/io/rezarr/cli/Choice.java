package io.rezarr.cli;

import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Strategy;
import io.rezarr.rechunk.RechunkRequest.Consolidate;
import io.rezarr.rechunk.RechunkRequest.Filters;
import io.rezarr.rechunk.RechunkRequest.Verify;
import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.pyramid.PyramidOptions;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Words of which an option takes one: the constants of an enum, in lower case. */
abstract class Choice<E extends Enum<E>> implements ITypeConverter<E> {
    private final E[] values;

    private Choice(E[] values) {
        this.values = values;
    }

    @Override
    public E convert(String word) {
        for (E value : values) {
            if (wordOf(value).equals(word.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        String words = Arrays.stream(values).map(Choice::wordOf).collect(Collectors.joining(", "));
        throw new TypeConversionException("'" + word + "' is none of " + words);
    }

    static String wordOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static final class OfFormat extends Choice<ZarrFormat> {
        OfFormat() {
            super(ZarrFormat.values());
        }
    }

    static final class OfEmptyChunks extends Choice<EmptyChunks> {
        OfEmptyChunks() {
            super(EmptyChunks.values());
        }
    }

    static final class OfFilters extends Choice<Filters> {
        OfFilters() {
            super(Filters.values());
        }
    }

    static final class OfStrategy extends Choice<Strategy> {
        OfStrategy() {
            super(Strategy.values());
        }
    }

    static final class OfVerify extends Choice<Verify> {
        OfVerify() {
            super(Verify.values());
        }
    }

    static final class OfVectorVerify extends Choice<VectorRechunkRequest.Verify> {
        OfVectorVerify() {
            super(VectorRechunkRequest.Verify.values());
        }
    }

    static final class OfSelection extends Choice<PyramidOptions.Selection> {
        OfSelection() {
            super(PyramidOptions.Selection.values());
        }
    }

    static final class OfAggregate extends Choice<PyramidOptions.Aggregate> {
        OfAggregate() {
            super(PyramidOptions.Aggregate.values());
        }
    }

    static final class OfCrossLevelLinks extends Choice<PyramidOptions.CrossLevelLinks> {
        OfCrossLevelLinks() {
            super(PyramidOptions.CrossLevelLinks.values());
        }
    }

    static final class OfConsolidate extends Choice<Consolidate> {
        OfConsolidate() {
            super(Consolidate.values());
        }
    }

    static final class OfProgress extends Choice<ProgressStyle> {
        OfProgress() {
            super(ProgressStyle.values());
        }
    }
}
