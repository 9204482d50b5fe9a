package io.rezarr.plan;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.rezarr.testkit.ArchitectureContract.CLASSES;

import io.rezarr.shuffle.Compression;
import io.rezarr.shuffle.ShuffleLimits;
import org.junit.jupiter.api.Test;

class PurityTest {
    @Test
    void planningTouchesNoStoreAndRunsNothing() {
        noClasses()
                .that()
                .resideInAPackage("io.rezarr.plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.rezarr.store..",
                        "io.rezarr.execute..",
                        "io.rezarr.verify..",
                        "io.rezarr.commit..",
                        "io.rezarr.rechunk..",
                        "java.io..",
                        "java.nio..",
                        "java.util.concurrent..")
                .check(CLASSES);
    }

    @Test
    void planningKnowsTheArithmeticOfTheShuffleOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.rezarr.plan..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.rezarr.shuffle..")
                        .and(not(type(ShuffleLimits.class)))
                        .and(not(type(Compression.class))))
                .check(CLASSES);
    }

    @Test
    void shuffleLimitsTouchNoFile() {
        noClasses()
                .that()
                .belongToAnyOf(ShuffleLimits.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.nio..", "java.util.concurrent..")
                .check(CLASSES);
    }

    @Test
    void shuffleKnowsMemoryAndErrorsOnly() {
        classes()
                .that()
                .resideInAPackage("io.rezarr.shuffle..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.rezarr.shuffle..",
                        "io.rezarr.memory..",
                        "io.rezarr.error..",
                        "java..",
                        "net.jpountz.lz4..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void runningKnowsNothingOfVerifyingAndCommitting() {
        noClasses()
                .that()
                .resideInAPackage("io.rezarr.execute..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.rezarr.verify..", "io.rezarr.commit..", "io.rezarr.rechunk..")
                .check(CLASSES);
    }
}
