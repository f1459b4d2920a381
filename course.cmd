@echo off
rem The one door on the command line. It finds a Python and hands over to ci\course.py, where the work is done.
setlocal EnableExtensions DisableDelayedExpansion
set "PYTHONUTF8=1"

rem The Microsoft Store's python.exe that only advertises itself fails here, and so does a py without Python 3.
rem `call`, for some are batch files themselves (pyenv), which would not come back.
set "course_python="
for %%P in ("py -3" python python3) do (
  if not defined course_python (
    call %%~P -c "import sys; sys.exit(sys.version_info < (3, 10))" >nul 2>nul
    if errorlevel 0 if not errorlevel 1 set "course_python=%%~P"
  )
)
if not defined course_python (
  >&2 echo missing: Python 3.10 or newer. To install it: winget install Python.Python.3.12
  exit /b 1
)

rem The last line, outside of any block: arguments may hold parentheses, and its exit status is this file's.
%course_python% "%~dp0ci\course.py" %*
