package repository

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// address is a URL that was checked.
type address struct {
	// scheme is http, https or ssh.
	scheme, user, host, port string
}

// origin is what credentials are good for.
func (a address) origin() string { return a.scheme + "://" + a.host + ":" + a.port }

const longestURL = 2048

var (
	urlCharacters = regexp.MustCompile(`^[A-Za-z0-9._~:/@!&*+,;=%\[\]-]*$`)
	hostNames     = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$`)
	userNames     = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`)
	// user@host:path, which has no port
	scpLike = regexp.MustCompile(`^([^@/:]+)@(\[[0-9A-Fa-f:.]+\]|[^@/:\[\]]+):([^:].*)$`)
)

const urlRemedy = "Use https://HOST/PATH, http://HOST/PATH, ssh://git@HOST/PATH or git@HOST:PATH"

// parseAddress refuses all that is not a plain address of a git server. Some of what it refuses would be harmless here,
// but is an attack on a program that hands it to git.
func parseAddress(text string) (address, error) {
	switch {
	case text == "":
		return address{}, fmt.Errorf("it is empty. %s", urlRemedy)
	case len(text) > longestURL:
		return address{}, fmt.Errorf("it is longer than %d characters", longestURL)
	case !urlCharacters.MatchString(text):
		return address{}, fmt.Errorf("%s has a character that has no place in an address. %s, other characters as %%XX", shown(text), urlRemedy)
	case text[0] == '-':
		return address{}, fmt.Errorf("%s begins with a dash. %s", shown(text), urlRemedy)
	}
	if !strings.Contains(text, "://") {
		if found := scpLike.FindStringSubmatch(text); found != nil {
			return checkAddress(text, "ssh", url.User(found[1]), strings.Trim(found[2], "[]"), "", found[3])
		}
		return address{}, fmt.Errorf("%s is no address of a server. %s", shown(text), urlRemedy)
	}
	parsed, err := url.Parse(text)
	if err != nil {
		return address{}, fmt.Errorf("%s cannot be parsed. %s", shown(text), urlRemedy)
	}
	return checkAddress(text, parsed.Scheme, parsed.User, parsed.Hostname(), parsed.Port(), parsed.Path)
}

func checkAddress(text, scheme string, user *url.Userinfo, host, port, file string) (address, error) {
	a := address{scheme: scheme, host: strings.ToLower(strings.TrimSuffix(host, ".")), port: port}
	defaults := map[string]string{"http": "80", "https": "443", "ssh": "22"}
	if defaults[scheme] == "" {
		return a, fmt.Errorf("%s has the scheme %q. %s", shown(text), scheme, urlRemedy)
	}
	_, password := user.Password()
	switch {
	case scheme != "ssh" && user != nil, password:
		// not shown: it may be a password
		return a, errors.New("it holds a user or a password, which everybody may read in the spec. " +
			"Put them into a Secret, and name it in spec.source.git.credentials")
	case scheme == "ssh" && user == nil:
		a.user = "git"
	case scheme == "ssh":
		a.user = user.Username()
		if !userNames.MatchString(a.user) {
			return a, fmt.Errorf("%s has a user that is none", shown(text))
		}
	}
	if number, err := strconv.Atoi(port); port != "" && (err != nil || number < 1 || number > 65535) {
		return a, fmt.Errorf("%s has no port from 1 to 65535", shown(text))
	}
	if port == "" {
		a.port = defaults[scheme]
	}
	if err := checkHost(a.host); err != nil {
		return a, err
	}
	return a, checkURLPath(text, file)
}

func checkURLPath(text, file string) error {
	parts := strings.Split(strings.TrimPrefix(file, "/"), "/")
	switch {
	case strings.Trim(file, "/") == "":
		return fmt.Errorf("%s names a server and no repository. %s", shown(text), urlRemedy)
	case parts[0] != "" && parts[0][0] == '-':
		return fmt.Errorf("%s has a path that begins with a dash", shown(text))
	case slices.Contains(parts, ".."), slices.Contains(parts, "."):
		return fmt.Errorf("%s has a path with %q in it", shown(text), "..")
	case strings.ContainsFunc(file, func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune("\\'\"`$", r) }):
		return fmt.Errorf("%s has a character that has no place in a path", shown(text))
	}
	return nil
}

var (
	// names that clouds give to the server that hands out a machine's credentials
	metadataNames = []string{"metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"}
	metadataHosts = []netip.Addr{
		netip.MustParseAddr("fd00:ec2::254"),   // AWS
		netip.MustParseAddr("100.100.100.200"), // Alibaba Cloud
		netip.MustParseAddr("168.63.129.16"),   // Azure
		netip.MustParseAddr("192.0.0.192"),     // Oracle Cloud
	}
	numeric = regexp.MustCompile(`^(0[xX][0-9A-Fa-f]*|[0-9]+)(\.(0[xX][0-9A-Fa-f]*|[0-9]+))*$`)
)

func checkHost(host string) error {
	if ip, err := netip.ParseAddr(host); err == nil {
		return checkIP(ip)
	}
	switch {
	case !hostNames.MatchString(host), strings.Contains(host, ".."):
		return fmt.Errorf("%q is no name of a host. %s", host, urlRemedy)
	case numeric.MatchString(host):
		// 0xa9fea9fe and 2852039166 are 169.254.169.254 to some resolvers
		return fmt.Errorf("%q is no address of a host: write it as four decimal numbers", host)
	case slices.Contains(metadataNames, host):
		return fmt.Errorf("%q is the metadata server of a cloud, which has no git repository", host)
	}
	return nil
}

// checkIP refuses the addresses at which clouds answer the machine itself.
func checkIP(ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	if ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() || slices.Contains(metadataHosts, ip) {
		return fmt.Errorf("%s is an address of this machine's link or of a cloud's metadata server, which has no git repository", ip)
	}
	return nil
}

// shown is the text for a message: quoted, without what may be a password, and not too long.
func shown(text string) string {
	if scheme, rest, found := strings.Cut(text, "://"); found {
		if at := strings.LastIndexByte(rest, '@'); at >= 0 {
			text = scheme + "://" + rest[at+1:]
		}
	}
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	return strconv.Quote(text)
}

const longestRef = 255

var refCharacters = regexp.MustCompile(`[\x00-\x20\x7f~^:?*\[\\]|@\{|\.\.|//`)

// checkRef is the rule of git-check-ref-format(1), for a name below refs/heads too.
func checkRef(ref string) error {
	if ref == "" {
		return nil
	}
	parts := strings.Split(ref, "/")
	switch {
	case len(ref) > longestRef:
		return fmt.Errorf("it is longer than %d characters", longestRef)
	case ref[0] == '-', refCharacters.MatchString(ref), ref == "@", strings.HasSuffix(ref, "."),
		slices.ContainsFunc(parts, func(part string) bool {
			return part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock")
		}):
		return fmt.Errorf("%s is no name that git allows. Name a branch, a tag, or a commit", shown(ref))
	}
	return nil
}

func checkDirectory(directory string) error {
	if directory == "" || directory == "." {
		return nil
	}
	if path.IsAbs(directory) || path.Clean(directory) != directory || checkPath(directory) != nil {
		return fmt.Errorf("%s is no folder of the repository. Name one without %q, relative to its top", shown(directory), "..")
	}
	return nil
}
