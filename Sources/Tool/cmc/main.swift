import CMCCommands

CommandLineTool.main()
