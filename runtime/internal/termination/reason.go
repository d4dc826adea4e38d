package termination

// Phase is the verb of godevd that ended.
type Phase string

// The phases, in the order in which they run in a pod.
const (
	PhaseInstall Phase = "install"
	PhaseSource  Phase = "source"
	PhaseModules Phase = "modules"
	PhaseBuild   Phase = "build"
	PhaseRun     Phase = "run"
	// PhaseArchive runs in a Job of its own, after its environment.
	PhaseArchive Phase = "archive"
)

// Result says whether the phase did what it was asked to.
type Result string

// The results.
const (
	Succeeded Result = "Succeeded"
	Failed    Result = "Failed"
)

// Reason is a CamelCase word for why a phase ended; the operator copies it into a condition.
type Reason string

// Reasons of every phase.
const (
	// Stopped: godevd was asked to stop. A success in run, a failure in the other phases, which were not done.
	Stopped Reason = "Stopped"
	// GoMissing: the image has no go command.
	GoMissing Reason = "GoMissing"
	// GitMissing: a module has to be fetched from its repository and the image has no git command.
	GitMissing Reason = "GitMissing"
	// WorkspaceNotWritable: the volume of the source refuses writes of this uid and gid.
	WorkspaceNotWritable Reason = "WorkspaceNotWritable"
	// WorkspaceNotReadable: the volume of the source refuses reads of this uid and gid.
	WorkspaceNotReadable Reason = "WorkspaceNotReadable"
	// WorkspaceFull: the volume of the source has no space left.
	WorkspaceFull Reason = "WorkspaceFull"
	// CacheNotWritable: the volume of the Go caches refuses writes of this uid and gid.
	CacheNotWritable Reason = "CacheNotWritable"
	// CacheFull: the volume of the Go caches, or a scratch volume, has no space left.
	CacheFull Reason = "CacheFull"
)

// Reasons of the phase install.
const (
	// InstallFailed: the runtime could not be copied into the pod's volume.
	InstallFailed Reason = "InstallFailed"
)

// Reasons of the phase source.
const (
	// CABundleInvalid: the CA bundle is missing, or not made of PEM certificates.
	CABundleInvalid Reason = "CABundleInvalid"
	// CredentialsMissing: a file that a Secret has to bring is not there.
	CredentialsMissing Reason = "CredentialsMissing"
	// SourceEmpty: there is no source where the spec says it is.
	SourceEmpty Reason = "SourceEmpty"
	// SourceInvalid: the source has a name that cannot be written into a workspace, or its address or ref is refused.
	SourceInvalid Reason = "SourceInvalid"
	// SourceFailed: any other failure of this phase.
	SourceFailed Reason = "SourceFailed"
)

// Reasons of the phase source for a git repository, and of what run reports of one that it follows.
const (
	// RepositoryNotFound: the server has no such repository, or hides it from this account.
	RepositoryNotFound Reason = "RepositoryNotFound"
	// RepositoryUnauthorized: the server wants credentials, or refuses those it got.
	RepositoryUnauthorized Reason = "RepositoryUnauthorized"
	// RepositoryUnreachable: the server, or the network's proxy, does not answer, or with 5xx.
	RepositoryUnreachable Reason = "RepositoryUnreachable"
	// RefNotFound: the repository has no such branch, tag or commit.
	RefNotFound Reason = "RefNotFound"
	// HostKeyUnknown: known_hosts does not have the key that the SSH server shows.
	HostKeyUnknown Reason = "HostKeyUnknown"
	// DirectoryNotFound: the repository has no such folder.
	DirectoryNotFound Reason = "DirectoryNotFound"
	// LocalEdits: the workspace has changes of its own, so the repository's are not brought in.
	LocalEdits Reason = "LocalEdits"
	// CloneFailed: any other failure to clone or update.
	CloneFailed Reason = "CloneFailed"
)

// Reasons of the phase source for a folder of the developer's machine.
const (
	// HostPathEmpty: the folder is mounted and has nothing in it.
	HostPathEmpty Reason = "HostPathEmpty"
	// HostPathUnavailable: the folder is gone, or the node cannot read it.
	HostPathUnavailable Reason = "HostPathUnavailable"
)

// Reasons of the phase source for an archive of a workspace.
const (
	// NotAnArchive: the claim holds no archive, or one of a later release.
	NotAnArchive Reason = "NotAnArchive"
	// ArchiveIncomplete: the archive is still being written, or was cut off.
	ArchiveIncomplete Reason = "ArchiveIncomplete"
	// ArchiveDamaged: the archive is not what was written, or has entries that no workspace has.
	ArchiveDamaged Reason = "ArchiveDamaged"
	// WorkspaceNotEmpty: there are files where the archive is to be restored.
	WorkspaceNotEmpty Reason = "WorkspaceNotEmpty"
)

// Reasons of the phase archive.
const (
	// WorkspaceChanged: a file was written while it was archived.
	WorkspaceChanged Reason = "WorkspaceChanged"
	// ArchiveFull: the volume of the archive has no space left.
	ArchiveFull Reason = "ArchiveFull"
	// ArchiveFailed: any other failure of this phase.
	ArchiveFailed Reason = "ArchiveFailed"
)

// Reasons of modules; those about fetching are also reasons of source (for a module), and of build and run.
const (
	// GoModMissing: the workspace has no go.mod at its root.
	GoModMissing Reason = "GoModMissing"
	// GoModInvalid: go.mod or go.sum cannot be parsed, or contradicts the module it names.
	GoModInvalid Reason = "GoModInvalid"
	// GoSumMissing: go.mod requires modules and there is no go.sum.
	GoSumMissing Reason = "GoSumMissing"
	// GoSumOutOfDate: go.sum or go.mod lacks what the build needs.
	GoSumOutOfDate Reason = "GoSumOutOfDate"
	// VendorOutOfDate: the vendor directory does not match go.mod.
	VendorOutOfDate Reason = "VendorOutOfDate"
	// GoToolchainTooOld: go.mod, or a module it requires, needs a newer Go.
	GoToolchainTooOld Reason = "GoToolchainTooOld"
	// ModuleProxyUnreachable: the module proxy, checksum database or repository does not answer, or with 5xx.
	ModuleProxyUnreachable Reason = "ModuleProxyUnreachable"
	// UntrustedCertificate: a server's certificate is not signed by an authority this environment trusts.
	UntrustedCertificate Reason = "UntrustedCertificate"
	// ProxyLoginRequired: the network's HTTP proxy wants a user and a password.
	ProxyLoginRequired Reason = "ProxyLoginRequired"
	// PrivateModuleUnauthorized: a server wants credentials, or refuses those it got.
	PrivateModuleUnauthorized Reason = "PrivateModuleUnauthorized"
	// ModuleNotFound: no server asked knows the module or its version.
	ModuleNotFound Reason = "ModuleNotFound"
	// ChecksumMismatch: a module is not what go.sum or the checksum database says, or was changed in the cache.
	ChecksumMismatch Reason = "ChecksumMismatch"
	// ModulesFailed: any other failure of this phase.
	ModulesFailed Reason = "ModulesFailed"
)

// Reasons of build, and of run where it builds.
const (
	// NoMainPackage: no package main, or the named package is not one.
	NoMainPackage Reason = "NoMainPackage"
	// SeveralMainPackages: the package to run has to be named.
	SeveralMainPackages Reason = "SeveralMainPackages"
	// BuildFailed: the compiler or linker found errors.
	BuildFailed Reason = "BuildFailed"
	// CgoCompilerMissing: the build needs a C compiler and the image has none.
	CgoCompilerMissing Reason = "CgoCompilerMissing"
	// OutOfMemory: the kernel killed a build tool, or in run the program, for exceeding the memory limit.
	OutOfMemory Reason = "OutOfMemory"
	// WrongArchitecture: the program is built for another operating system or processor.
	WrongArchitecture Reason = "WrongArchitecture"
)

// IsOfSource reports whether a change of the workspace's files mends what the reason says, and nothing else will.
func (r Reason) IsOfSource() bool {
	switch r {
	case GoModMissing, GoModInvalid, GoSumMissing, GoSumOutOfDate, VendorOutOfDate, NoMainPackage, SeveralMainPackages, BuildFailed:
		return true
	}
	return false
}

// Reasons of run.
const (
	// Completed: the program ended with exit code 0.
	Completed Reason = "Completed"
	// Crashed: the program ended with an error several times in a row.
	Crashed Reason = "Crashed"
	// DelveUnsupportedGo: the debugger does not support the version of Go that the program is built with.
	DelveUnsupportedGo Reason = "DelveUnsupportedGo"
	// PtraceForbidden: the kernel does not let the debugger trace the program, or not one that runs already.
	PtraceForbidden Reason = "PtraceForbidden"
	// DelveFailed: the debugger is missing, or could not start.
	DelveFailed Reason = "DelveFailed"
	// RunFailed: any other failure of this phase.
	RunFailed Reason = "RunFailed"
)
