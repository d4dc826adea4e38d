package io.godev.cli.project;

import io.godev.cli.common.Failure;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Go module in a folder, as far as its files show without a compiler.
 *
 * @param mains packages with a main function, such as {@code .} or {@code ./cmd/shop}
 * @param ports numbers the programs seem to listen on, the likeliest first, each with the place
 *     that says so
 * @param portVariable environment variable a program reads its port from; empty without one
 * @param loopback files that listen where only their own machine reaches them
 * @param cgo files with C in them
 * @param embeds whether files are built into a program
 * @param vendored whether there is a vendor folder
 * @param goSum whether there is a go.sum
 */
public record Project(
    GoMod mod,
    List<String> mains,
    Map<Integer, String> ports,
    Optional<String> portVariable,
    List<String> loopback,
    List<String> cgo,
    boolean embeds,
    boolean vendored,
    boolean goSum) {

  private static final int LARGEST = 1 << 20;
  private static final Pattern EXPOSE = Pattern.compile("(?im)^[ \\t]*EXPOSE[ \\t]+(\\S.*)$");

  /**
   * Looks at a folder.
   *
   * @throws java.nio.file.NoSuchFileException if it has no go.mod
   */
  public static Project of(Path folder) throws IOException {
    var mod = GoMod.of(goMod(folder.resolve("go.mod")));
    var files = goFiles(folder);
    List<String> mains =
        files.entrySet().stream()
            .filter(file -> file.getValue().hasMain())
            .map(file -> packageOf(file.getKey()))
            .distinct()
            .sorted()
            .toList();
    return new Project(
        mod,
        mains,
        ports(folder, files),
        files.values().stream().flatMap(file -> file.portVariable().stream()).findFirst(),
        names(files, GoFile::listensOnLoopback),
        names(files, GoFile::usesCgo),
        files.values().stream().anyMatch(GoFile::embeds),
        Files.isDirectory(folder.resolve("vendor")),
        Files.exists(folder.resolve("go.sum")));
  }

  private static String goMod(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new Failure(
          file + " is no text in UTF-8, which the go command needs. Save it as UTF-8.", e);
    }
    if (text.startsWith("\uFEFF")) {
      throw new Failure(
          file
              + " begins with a byte order mark, which the go command refuses. Save it as UTF-8 without one.");
    }
    return text;
  }

  /** A name for the environment: the last word of the module's path, as a DNS label. */
  public String name() {
    var words = mod.module().split("/");
    var last = words[words.length - 1];
    // github.com/mccutchen/go-httpbin/v2 is version 2 of go-httpbin
    if (last.matches("v[0-9]+") && words.length > 1) {
      last = words[words.length - 2];
    }
    var label =
        last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^[-0-9]+|-+$", "");
    var name = label.substring(0, Math.min(50, label.length())).replaceAll("-+$", "");
    return name.isEmpty() ? "app" : name;
  }

  // by path with /, the programs' own first
  private static Map<String, GoFile> goFiles(Path folder) throws IOException {
    Map<String, GoFile> files = new TreeMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
            return at.equals(folder) || isOfTheModule(at)
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path at, BasicFileAttributes attributes) {
            var name = at.getFileName().toString();
            if (name.endsWith(".go")
                && !name.endsWith("_test.go")
                && !name.startsWith(".")
                && !name.startsWith("_")
                && attributes.isRegularFile()
                && attributes.size() <= LARGEST) {
              try {
                var file = GoFile.of(text(at));
                if (!file.isIgnored()) {
                  files.put(folder.relativize(at).toString().replace('\\', '/'), file);
                }
              } catch (IOException e) {
                // what cannot be read shows nothing
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path at, IOException failure) {
            // what cannot be read shows nothing
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  // whatever its encoding: what looks for words in it finds none in what it cannot read
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  // https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns
  private static boolean isOfTheModule(Path at) {
    var name = at.getFileName().toString();
    return !name.startsWith(".")
        && !name.startsWith("_")
        && !Stream.of("vendor", "testdata", "node_modules").anyMatch(name::equals)
        && !Files.exists(at.resolve("go.mod"));
  }

  private static Map<Integer, String> ports(Path folder, Map<String, GoFile> files)
      throws IOException {
    Map<Integer, String> ports = new LinkedHashMap<>();
    // a file of a program says more than one of a package it may not even use
    files.entrySet().stream()
        .sorted(Comparator.comparing(file -> !file.getValue().packageName().equals("main")))
        .forEach(
            file ->
                file.getValue().ports().forEach(port -> ports.putIfAbsent(port, file.getKey())));
    var dockerfile = folder.resolve("Dockerfile");
    if (Files.isRegularFile(dockerfile) && Files.size(dockerfile) <= LARGEST) {
      exposed(text(dockerfile)).forEach(port -> ports.putIfAbsent(port, "Dockerfile"));
    }
    return ports;
  }

  private static List<Integer> exposed(String dockerfile) {
    List<Integer> ports = new ArrayList<>();
    var lines = EXPOSE.matcher(dockerfile);
    while (lines.find()) {
      for (var word : lines.group(1).split("\\s+")) {
        if (word.matches("(?i)\\d{1,5}(/tcp)?")) {
          var port = Integer.parseInt(word.replaceAll("/.*", ""));
          if (port >= 1 && port <= 65_535) {
            ports.add(port);
          }
        }
      }
    }
    return ports;
  }

  private static List<String> names(Map<String, GoFile> files, Predicate<GoFile> wanted) {
    return files.entrySet().stream()
        .filter(file -> wanted.test(file.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String packageOf(String file) {
    var slash = file.lastIndexOf('/');
    return slash < 0 ? "." : "./" + file.substring(0, slash);
  }
}
