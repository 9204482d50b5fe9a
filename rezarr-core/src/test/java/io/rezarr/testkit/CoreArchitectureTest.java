package io.rezarr.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of the packages of rezarr-core, as in {@code ARCHITECTURE.md}. */
class CoreArchitectureTest {
    /** A package may use those before it, none after it. */
    private static final List<String> ORDER = List.of("error", "memory", "json", "store", "metadata", "codec", "array");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.rezarr");

    @Test
    void dataFlowsDownTheListOfPackages() {
        for (int i = 0; i < ORDER.size(); i++) {
            String[] later = ORDER.subList(i + 1, ORDER.size()).stream()
                    .map(CoreArchitectureTest::in)
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
    void metadataTouchNoStoreAndNoFile() {
        noClasses()
                .that()
                .resideInAPackage(in("metadata"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(in("store"), in("memory"), "java.nio.file..", "java.nio.channels..")
                .check(CLASSES);
    }
}
