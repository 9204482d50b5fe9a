package io.rezarr.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/** What holds of the packages of every module. */
public final class ArchitectureRules {
    private ArchitectureRules() {}

    /** Everything of rezarr that is on the class path, without tests. */
    public static JavaClasses productClasses() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar")) // the testkit, once core is packaged
                .importPackages("io.rezarr");
    }

    /**
     * A package may use those before it, none after it.
     *
     * @param order package patterns
     */
    public static void requireOrder(List<String> order, JavaClasses classes) {
        for (int i = 0; i < order.size() - 1; i++) {
            noClasses()
                    .that()
                    .resideInAPackage(order.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(order.subList(i + 1, order.size()).toArray(String[]::new))
                    .check(classes);
        }
    }

    public static void requireNoCycles(JavaClasses classes) {
        slices().matching("io.rezarr.(*)..").should().beFreeOfCycles().check(classes);
    }

    public static void requireNothingPrintedOrLogged(JavaClasses classes) {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..")
                .check(classes);
    }
}
