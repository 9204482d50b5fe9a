package io.rezarr.plan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of the packages of rezarr-engine, as in {@code ARCHITECTURE.md}; {@link PurityTest} says more of two of them. */
class EngineArchitectureTest {
    /** A package may use those before it, none after it. */
    private static final List<String> ORDER = List.of("shuffle", "plan", "execute", "commit", "verify", "rechunk");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar")) // the testkit, once core is packaged
            .importPackages("io.rezarr");

    @Test
    void dataFlowsDownTheListOfPackages() {
        for (int i = 0; i < ORDER.size(); i++) {
            String[] later = ORDER.subList(i + 1, ORDER.size()).stream()
                    .map(EngineArchitectureTest::in)
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(in(ORDER.get(i)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(later)
                        .check(CLASSES);
            }
        }
    }

    private static String in(String name) {
        return "io.rezarr." + name + "..";
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.rezarr.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void nothingIsPrintedOrLogged() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..")
                .check(CLASSES);
    }

    @Test
    void coreKnowsNothingOfTheEngine() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        in("error"), in("memory"), in("json"), in("store"), in("metadata"), in("codec"), in("array"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ORDER.stream().map(EngineArchitectureTest::in).toArray(String[]::new))
                .check(CLASSES);
    }
}
