@echo off
rem The one door on the command line. It finds a Python and hands over to ci\course.py, where the work is done.
setlocal
for %%P in ("py -3" "python" "python3") do (
  %%~P -c "import sys; sys.exit(sys.version_info < (3, 10))" >nul 2>nul && (
    %%~P "%~dp0ci\course.py" %*
    goto :done
  )
)
echo missing: Python 3.10 or newer. To install it: winget install Python.Python.3.12 1>&2
exit /b 1
:done
exit /b %errorlevel%
