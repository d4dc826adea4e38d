package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** Where the source comes from: exactly one member is set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "[has(self.module), has(self.git), has(self.files), has(self.sync), has(self.hostPath), has(self.claim),"
            + " has(self.snapshot)]"
            + ".filter(x, x).size() == 1",
    message =
        "spec.source must have exactly one of module, git, files, sync, hostPath, claim and snapshot")
@ValidationRule(
    value =
        "has(self.module) == has(oldSelf.module) && has(self.git) == has(oldSelf.git)"
            + " && has(self.files) == has(oldSelf.files) && has(self.sync) == has(oldSelf.sync)"
            + " && has(self.hostPath) == has(oldSelf.hostPath) && has(self.claim) == has(oldSelf.claim)"
            + " && has(self.snapshot) == has(oldSelf.snapshot)",
    message =
        "spec.source: the kind of source cannot be changed, because the workspace already holds the other;"
            + " create another GoDevEnvironment")
@ValidationRule(
    value = "!has(self.files) || size(self.files) > 0",
    message = "spec.source.files must hold at least one file, such as main.go")
@ValidationRule(
    value =
        "!has(self.files) || self.files.all(p, size(p) <= 253 &&"
            + " p.matches('^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$'))",
    message =
        "spec.source.files: a name must be a relative path of letters, digits, '_', '.' and '-', with '/'"
            + " between folders, of at most 253 characters")
public record Source(
    @JsonPropertyDescription(
            "A module, fetched as it was published through the module proxy of spec.go.modules."
                + " Change: restart.")
        Module module,
    @JsonPropertyDescription(
            "A Git repository, cloned into the workspace. What is edited there is never overwritten."
                + " Change: restart.")
        Git git,
    @JsonPropertyDescription(
            "Small programs in the spec itself: file name to content, 900 KiB together. Files edited"
                + " in the workspace are kept until the spec changes them. Change: restart.")
        Map<String, @Size(max = 262_144) String> files,
    @JsonPropertyDescription(
            "The workspace is filled from a developer's machine by \"godev sync\"; the pod waits for the"
                + " first push. Change: restart.")
        Sync sync,
    @JsonPropertyDescription(
            "A folder of the developer's machine that the node sees, mirrored into the workspace. For experts:"
                + " whoever installs the operator has to allow it (GODEV_HOST_PATHS). Cannot be changed.")
        HostFolder hostPath,
    @JsonPropertyDescription(
            "A PersistentVolumeClaim of the same namespace that holds the source, with go.mod at its"
                + " root. Change: restart.")
        Claim claim,
    @JsonPropertyDescription(
            "The workspace of an environment that was deleted with spec.storage.onDelete Archive; it becomes"
                + " the workspace of this one. Cannot be changed.")
        Snapshot snapshot) {

  /** A source of files alone. */
  public static Source of(Map<String, String> files) {
    return new Source(null, null, files, null, null, null, null);
  }

  /** A source in a repository alone. */
  public static Source of(Git git) {
    return new Source(null, git, null, null, null, null, null);
  }

  /** A source in a folder of the machine alone. */
  public static Source of(HostFolder folder) {
    return new Source(null, null, null, null, folder, null, null);
  }

  /** A source in an archive alone. */
  public static Source of(Snapshot snapshot) {
    return new Source(null, null, null, null, null, null, snapshot);
  }

  /** A published module version. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  // https://go.dev/ref/mod#module-path
  @ValidationRule(
      value =
          "self.path.matches('^[A-Za-z0-9_][A-Za-z0-9_.~-]*(/[A-Za-z0-9_.~-]+)*$') && !self.path.contains('..')",
      message =
          "spec.source.module.path must be a module path such as github.com/mccutchen/go-httpbin/v2, without"
              + " https:// and without a version")
  // https://go.dev/ref/mod#versions
  @ValidationRule(
      value = "self.version.matches('^v[0-9]+[.][0-9]+[.][0-9]+([-+][0-9A-Za-z.+-]+)?$')",
      message =
          "spec.source.module.version must be an exact version such as v2.18.3: latest and names of branches"
              + " give another program tomorrow")
  public record Module(
      @JsonPropertyDescription("Path of the module, such as github.com/mccutchen/go-httpbin/v2.")
          @Required
          @Size(min = 1, max = 255)
          String path,
      @JsonPropertyDescription("Exact version of the module, such as v2.18.3.")
          @Required
          @Size(min = 1, max = 128)
          String version) {}

  /** A Git repository at a revision. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  // nothing that git would take for an option, another program (ext::) or a file of the pod
  @ValidationRule(
      value =
          "self.url.matches('^(https?://|ssh://([A-Za-z0-9_][A-Za-z0-9_.-]*@)?)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
              + "(:[0-9]{1,5})?/[!-~]+$')"
              + " || self.url.matches('^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:[!-~]+$')",
      message =
          "spec.source.git.url must be https://HOST/PATH, http://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH,"
              + " without a password: put that into the Secret of spec.source.git.credentials")
  @ValidationRule(
      value =
          "!self.url.matches('^([a-z]+://)?([^/@]*@)?(169[.]254[.]|metadata([.]|/|:))') && !self.url.contains('/../')",
      message =
          "spec.source.git.url cannot lead to a metadata service or out of its own path; name the repository's server")
  // https://git-scm.com/docs/git-check-ref-format
  @ValidationRule(
      value =
          "!has(self.ref) || self.ref.matches('^[A-Za-z0-9_][A-Za-z0-9_./+@#=,-]*$') && !self.ref.contains('..')"
              + " && !self.ref.contains('//') && !self.ref.matches('([.]lock|[./])$')",
      message =
          "spec.source.git.ref must be the name of a branch or tag, or the hash of a commit, such as main or v1.4.0")
  @ValidationRule(
      value =
          "!has(self.directory) || self.directory == '.' || self.directory.matches('^[A-Za-z0-9_][A-Za-z0-9_.~-]*"
              + "(/[A-Za-z0-9_][A-Za-z0-9_.~-]*)*$') && !self.directory.contains('..')",
      message =
          "spec.source.git.directory must be a folder of the repository, such as services/shop, or . for its root")
  public record Git(
      @JsonPropertyDescription(
              "Where it is cloned from, by HTTPS, HTTP or SSH, such as https://git.example.com/team/shop.git.")
          @Required
          @Size(min = 1, max = 1024)
          String url,
      @JsonPropertyDescription(
              "Branch, tag or commit. Default: the repository's default branch. Of a branch each start of"
                  + " the pod takes the newest commit, unless the workspace was changed.")
          @Size(min = 1, max = 255)
          String ref,
      @JsonPropertyDescription(
              "Folder of the repository that holds the module's go.mod. Default: its root.")
          @Size(min = 1, max = 255)
          String directory,
      @JsonPropertyDescription("How many commits of history are fetched; 0: all. Default: 1.")
          @Min(0)
          @Max(1_000_000)
          Integer depth,
      @JsonPropertyDescription("Whether submodules are cloned too. Default: false.")
          Boolean submodules,
      @JsonPropertyDescription(
              "A Secret of this namespace with username and password for HTTPS, such as of type"
                  + " kubernetes.io/basic-auth, or ssh-privatekey and known_hosts for SSH.")
          Credentials credentials,
      @JsonPropertyDescription(
              "Whether the workspace follows the branch while the program runs. Needs spec.reload.mode"
                  + " OnChange, its default here. Default: no.")
          Follow follow) {}

  /** Secret with the login of a Git server. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.name.matches('" + Patterns.OBJECT_NAME + "')",
      message = "spec.source.git.credentials.name must be the name of a Secret in this namespace")
  public record Credentials(
      @JsonPropertyDescription("Name of the Secret.") @Required @Size(min = 1, max = 253)
          String name) {}

  /** How a branch is followed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Follow(
      @JsonPropertyDescription("Seconds between two looks at the branch, 5 to 86400.")
          @Required
          @Min(5)
          @Max(86_400)
          Integer everySeconds) {}

  /** The workspace is filled from a developer's machine. */
  // annotated, so that Jackson writes it although it has no members
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Sync() {}

  /** The system of the developer's machine. */
  public enum Host {
    Auto,
    WindowsWSL2,
    WindowsHyperV,
    MacOS,
    Linux
  }

  /** A folder of the developer's machine. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self == oldSelf",
      message =
          "spec.source.hostPath cannot be changed, because the volume that shows the folder cannot; create another"
              + " GoDevEnvironment")
  @ValidationRule(
      value = "self.path.matches('^[^[:cntrl:]]+$')",
      message = "spec.source.hostPath.path cannot hold control characters")
  public record HostFolder(
      @JsonPropertyDescription(
              "Full path of the folder with the module's go.mod, as the machine writes it, such as"
                  + " C:\\Users\\me\\shop or /home/me/shop.")
          @Required
          @Size(min = 1, max = 1024)
          String path,
      @JsonPropertyDescription(
              "System of the machine, by which the path is translated into the node's. Default: Auto, which"
                  + " recognises WSL2.")
          Host host) {}

  /** A PersistentVolumeClaim by name. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.name.matches('" + Patterns.OBJECT_NAME + "')",
      message =
          "spec.source.claim.name must be the name of a PersistentVolumeClaim in this namespace")
  public record Claim(
      @JsonPropertyDescription("Name of the PersistentVolumeClaim.")
          @Required
          @Size(min = 1, max = 253)
          String name) {}

  /** A workspace as it was. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self == oldSelf",
      message =
          "spec.source.snapshot cannot be changed, because the workspace is already made of it; create another"
              + " GoDevEnvironment")
  @ValidationRule(
      value = "self.archive.matches('" + Patterns.OBJECT_NAME + "')",
      message =
          "spec.source.snapshot.archive must be the name of a PersistentVolumeClaim in this namespace")
  @ValidationRule(
      value =
          "!has(self.directory) || self.directory == '.' || self.directory.matches('^[A-Za-z0-9_][A-Za-z0-9_.~-]*"
              + "(/[A-Za-z0-9_][A-Za-z0-9_.~-]*)*$') && !self.directory.contains('..')",
      message =
          "spec.source.snapshot.directory must be a folder of the workspace, such as services/shop, or . for its root")
  public record Snapshot(
      @JsonPropertyDescription(
              "Name of the PersistentVolumeClaim with the archive; kubectl get pvc -l godev.io/archive lists them."
                  + " It is unpacked into an empty workspace once, and has to stay while the environment is there.")
          @Required
          @Size(min = 1, max = 253)
          String archive,
      @JsonPropertyDescription(
              "Folder of the workspace that holds the module's go.mod. Default: its root.")
          @Size(min = 1, max = 255)
          String directory) {}
}
