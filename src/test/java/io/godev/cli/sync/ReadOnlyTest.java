package io.godev.cli.sync;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.attribute.FileAttributeView;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Local files are read and never written: there is no code that could. */
class ReadOnlyTest {
  private static final Pattern CHANGES =
      Pattern.compile(
          "(write|delete|move|copy|create|set|newOutput|newBufferedWriter|newByteChannel).*");

  private static final List<Class<?>> WRITERS =
      List.of(
          FileOutputStream.class,
          FileWriter.class,
          RandomAccessFile.class,
          FileChannel.class,
          java.io.File.class,
          FileAttributeView.class);

  @Test
  void nothingInSyncCanChangeAFile() {
    noClasses()
        .should()
        .accessTargetWhere(describe("what changes files", ReadOnlyTest::changesFiles))
        .check(
            new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests())
                .importPackages("io.godev.cli.sync"));
  }

  private static boolean changesFiles(JavaAccess<?> access) {
    var owner = access.getTargetOwner();
    return owner.isEquivalentTo(Files.class) && CHANGES.matcher(access.getName()).matches()
        || WRITERS.stream().anyMatch(owner::isAssignableTo);
  }
}
