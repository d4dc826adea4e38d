@echo off
rem Starts godev with the Java of JAVA_HOME, else with that of PATH. Called kubectl-godev, kubectl finds it as a plugin.
setlocal EnableExtensions DisableDelayedExpansion

set "GODEV_HOME=%~dp0.."
set "GODEV_NAME=godev"
if /i "%~n0"=="kubectl-godev" set "GODEV_NAME=kubectl godev"

if defined JAVA_HOME goto fromHome
set "GODEV_JAVA="
for %%i in (java.exe) do set "GODEV_JAVA=%%~$PATH:i"
if defined GODEV_JAVA goto version
>&2 echo godev: there is no java.exe in PATH. Install Java 17 or newer, or set JAVA_HOME to its folder.
exit /b 1

:fromHome
set "GODEV_JAVA=%JAVA_HOME%\bin\java.exe"
if exist "%GODEV_JAVA%" goto version
>&2 echo godev: JAVA_HOME is "%JAVA_HOME%", where there is no bin\java.exe. Set it to the folder of Java 17 or newer.
exit /b 1

:version
rem the third word of: openjdk version "17.0.15" 2025-04-15
set "GODEV_VERSION="
for /f "tokens=3" %%v in ('""%GODEV_JAVA%" -version 2^>^&1 ^| findstr /c:" version ""') do set "GODEV_VERSION=%%~v"
set "GODEV_MAJOR=0"
for /f "delims=.-+" %%m in ("%GODEV_VERSION%") do set "GODEV_MAJOR=%%m"
if %GODEV_MAJOR% GEQ 17 goto run
>&2 echo godev: "%GODEV_JAVA%" is Java %GODEV_VERSION%. Set JAVA_HOME to the folder of Java 17 or newer.
exit /b 1

:run
rem a short life: quick start counts more than quick code
set "GODEV_FLAGS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
if %GODEV_MAJOR% LSS 19 goto start
if not defined LOCALAPPDATA goto start
if not exist "%LOCALAPPDATA%\godev" mkdir "%LOCALAPPDATA%\godev" 2>nul
if not exist "%LOCALAPPDATA%\godev" goto start
rem Java makes the archive of loaded classes itself, and makes it anew when it does not fit any more
set GODEV_FLAGS=%GODEV_FLAGS% -XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=%LOCALAPPDATA%\godev\classes-%GODEV_MAJOR%.jsa" -Xlog:cds=off -Xlog:cds+dynamic=off
if %GODEV_MAJOR% GEQ 22 set GODEV_FLAGS=%GODEV_FLAGS% --enable-native-access=ALL-UNNAMED
if %GODEV_MAJOR% GEQ 23 set GODEV_FLAGS=%GODEV_FLAGS% --sun-misc-unsafe-memory-access=allow

:start
"%GODEV_JAVA%" %GODEV_FLAGS% "-Dgodev.name=%GODEV_NAME%" -Dslf4j.internal.verbosity=ERROR %GODEV_JAVA_OPTIONS% -cp "%GODEV_HOME%\lib\*" io.godev.cli.Godev %*
exit /b %ERRORLEVEL%
