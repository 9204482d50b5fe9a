package io.rezarr.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds of the packages of every module, and of those that it is built on. */
public abstract class ArchitectureContract {
    /** Everything of rezarr that is on the class path, without tests. */
    public static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar")) // the testkit, once core is packaged
            .importPackages("io.rezarr");

    /** As in {@code ARCHITECTURE.md}, below {@code io.rezarr}: a package may use those before it, none after it. */
    private static final List<String> ALL = List.of(
            "error..",
            "memory..",
            "json..",
            "store..",
            "metadata..",
            "codec..",
            "array..",
            "shuffle..",
            "plan..",
            "execute..",
            "commit..",
            "verify..",
            "rechunk..",
            // The packages themselves, without those below them: layout comes after both layouts.
            "vectors.model",
            "vectors.write",
            "vectors.metadata",
            "vectors.node",
            "vectors.layout.v07",
            "vectors.layout.v09",
            "vectors.layout",
            "vectors.rechunk",
            "vectors.pyramid",
            "vectors.digest",
            "vectors.validate",
            "vectors.info",
            "vectors.api",
            "cli..");

    private final List<String> order;

    /** @param last the last package of the module, as in the list */
    protected ArchitectureContract(String last) {
        this.order = ALL.subList(0, ALL.indexOf(last) + 1).stream()
                .map("io.rezarr."::concat)
                .toList();
    }

    @Test
    void everyPackageIsOnTheList() {
        classes().should().resideInAnyPackage(order.toArray(String[]::new)).check(CLASSES);
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
