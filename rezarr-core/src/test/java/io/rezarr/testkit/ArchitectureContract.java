package io.rezarr.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds of the packages of every module. */
public abstract class ArchitectureContract {
    /** Everything of rezarr that is on the class path, without tests. */
    protected static final JavaClasses CLASSES = productClasses();

    private static final List<String> CORE =
            List.of("error..", "memory..", "json..", "store..", "metadata..", "codec..", "array..");

    private final List<String> order;

    /**
     * Of a module whose packages, as in {@code ARCHITECTURE.md}, come after those of rezarr-core.
     *
     * @param packages patterns, below {@code io.rezarr}; one may use those before it, none after it
     */
    protected ArchitectureContract(String... packages) {
        this.order = Stream.concat(CORE.stream(), Stream.of(packages))
                .map("io.rezarr."::concat)
                .toList();
    }

    public static JavaClasses productClasses() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar")) // the testkit, once core is packaged
                .importPackages("io.rezarr");
    }

    @Test
    void dataFlowsDownTheListOfPackages() {
        for (int i = 0; i < order.size() - 1; i++) {
            noClasses()
                    .that()
                    .resideInAPackage(order.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(order.subList(i + 1, order.size()).toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.rezarr.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void nothingIsPrintedOrLogged() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.rezarr.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..")
                .check(CLASSES);
    }
}
